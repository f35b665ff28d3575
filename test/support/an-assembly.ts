import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '../../local/template/assembly.js';

/**
 * A cloud assembly of one stack, `Demo`, with one folder asset under the key `code.zip`; returns its directory.
 * `paths` are construct paths by logical id.
 */
export function anAssembly(template: Template, paths: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'assembly-'));
  const write = (name: string, value: unknown) => writeFileSync(join(dir, name), JSON.stringify(value));
  mkdirSync(join(dir, 'asset.code'));
  write('manifest.json', {
    artifacts: {
      'Demo.assets': { type: 'cdk:asset-manifest', properties: { file: 'Demo.assets.json' } },
      Demo: {
        type: 'aws:cloudformation:stack',
        displayName: 'Demo',
        additionalMetadataFile: 'Demo.metadata.json',
        dependencies: ['Demo.assets'],
        properties: { templateFile: 'Demo.template.json' },
      },
    },
  });
  write('Demo.template.json', template);
  const notes = Object.entries(paths).map(([data, path]) => [path, [{ type: 'aws:cdk:logicalId', data }]]);
  write('Demo.metadata.json', Object.fromEntries(notes));
  write('Demo.assets.json', {
    files: {
      code: {
        source: { path: 'asset.code', packaging: 'zip' },
        destinations: { current: { bucketName: 'assets', objectKey: 'code.zip' } },
      },
    },
  });
  return dir;
}
