const { TestEnvironment } = require('jest-environment-node');

/** Node's environment, with a door to the modules that stay outside of it. */
module.exports = class OutsideEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.requireOutside = require;
    // One environment on both sides of the door, so that a test can switch the CDK's validator on.
    this.global.process.env = process.env;
  }
};
