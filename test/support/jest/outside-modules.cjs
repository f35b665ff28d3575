// Loads the CDK once a worker instead of once a test file: each of its files becomes a hand-over to Node's own require.
// A test file would otherwise evaluate some nine hundred modules for itself, which costs more than what it tests.
module.exports = {
  process: (_source, path) => ({ code: `module.exports = globalThis.requireOutside(${JSON.stringify(path)});` }),
};
