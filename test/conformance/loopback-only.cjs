// Preloaded into engines that bind every interface: they listen on the loopback interface instead.
const { Server } = require('node:net');

const { listen } = Server.prototype;
Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null) return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
  return listen.call(this, first, '127.0.0.1', ...rest.filter((argument) => typeof argument === 'function'));
};
