// One transform and three projects: what is quick, what synthesizes, and what runs the lab.
// Neither the CDK's validator nor a stack trace per construct: one test switches the validator on.
process.env.CDK_VALIDATION ??= 'false';
process.env.CDK_DISABLE_STACK_TRACE ??= 'true';

const project = (displayName, folders) => ({
  displayName,
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  testEnvironment: 'node',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdk.out', '<rootDir>/.lab'],
  // Two packages that are ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!hyparquet)'],
  transform: {
    '/node_modules/hyparquet.*\\.js$': ['@swc/jest', { jsc: { target: 'es2023' }, module: { type: 'commonjs' } }],
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
});

/** A project whose test files share one CDK a worker, see test/support/jest/. */
const sharingTheCdk = (config) => ({
  ...config,
  testEnvironment: '<rootDir>/test/support/jest/outside-environment.cjs',
  transformIgnorePatterns: ['/node_modules/(?!(aws-cdk-lib|constructs|cdk-nag)/)'],
  transform: { '/node_modules/.*\\.js$': '<rootDir>/test/support/jest/outside-modules.cjs', ...config.transform },
});

export default {
  // Every core works: with one left out, as jest has it, half of a small machine stands still.
  maxWorkers: '100%',
  projects: [
    project('unit', ['core', 'runtime', 'lambdas', 'local', 'cli']),
    sharingTheCdk(project('templates', ['constructs', 'stacks', 'contract'])),
    project('e2e', ['e2e', 'docs']),
  ],
};
