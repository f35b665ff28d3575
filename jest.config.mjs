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
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } },
    ],
  },
});

export default {
  projects: [
    project('unit', ['core', 'runtime', 'lambdas', 'local', 'cli']),
    project('templates', ['constructs', 'stacks', 'contract']),
    project('e2e', ['e2e', 'docs']),
  ],
};
