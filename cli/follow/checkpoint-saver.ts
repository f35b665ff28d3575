// Saves the checkpoint once in a while, and never one save beside another.
import type { Acknowledged } from './acknowledged.js';
import { writeCheckpoint } from './checkpoint-file.js';
import type { FilePosition } from './file-position.js';

const SAVE_MS = 1_000;

export interface SaverOptions {
  /** Of the checkpoint. */
  readonly path: string;
  /** The followed file. */
  readonly file: string;
  readonly acknowledged: Acknowledged<() => FilePosition>;
  readonly onFault: (error: unknown) => void;
  /** @default 1 second */
  readonly saveMs?: number;
}

export interface CheckpointSaver {
  /** Saves what is acknowledged by now; rejects when it cannot be written. */
  save(): Promise<void>;
  /** Ends the saving by itself. */
  stop(): void;
}

export function startSaving({ path, file, acknowledged, onFault, saveMs = SAVE_MS }: SaverOptions): CheckpointSaver {
  let saved: unknown;
  let saving: Promise<void> = Promise.resolve();
  const save = () => {
    saving = saving
      .catch(() => undefined)
      .then(async () => {
        const { place } = acknowledged;
        if (place === undefined || place === saved) return;
        await writeCheckpoint(path, { file, position: place(), savedAtMs: Date.now() });
        saved = place;
      });
    return saving;
  };
  let fault = '';
  const tellOnce = (error: unknown) => {
    if (String(error) !== fault) onFault(error);
    fault = String(error);
  };
  const timer = setInterval(() => save().catch(tellOnce), saveMs);
  return { save, stop: () => clearInterval(timer) };
}
