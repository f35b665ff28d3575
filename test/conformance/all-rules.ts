// Every rule of the suite, in the order of the table.
import type { Rule } from './rule.js';
import { callRateRules } from './rules/call-rates.js';
import { consumerRules } from './rules/consumers.js';
import { fanOutRules } from './rules/fan-out.js';
import { readLimitRules } from './rules/read-limits.js';
import { readingRules } from './rules/reading.js';
import { reshardingRules } from './rules/resharding.js';
import { settingRules } from './rules/settings.js';
import { shardRules } from './rules/shards.js';
import { streamRules } from './rules/streams.js';
import { tagRules } from './rules/tags.js';
import { writeLimitRules } from './rules/write-limits.js';
import { writingRules } from './rules/writing.js';

export const ALL_RULES: readonly Rule[] = [
  ...streamRules,
  ...shardRules,
  ...writingRules,
  ...writeLimitRules,
  ...readingRules,
  ...readLimitRules,
  ...reshardingRules,
  ...settingRules,
  ...consumerRules,
  ...fanOutRules,
  ...tagRules,
  ...callRateRules,
];
