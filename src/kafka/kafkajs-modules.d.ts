/** Modules within kafkajs, which have no types; `kafkajs-internals.ts` says what they are. */
declare module 'kafkajs/src/broker/index.js' {
  const Broker: unknown
  export default Broker
}
declare module 'kafkajs/src/cluster/index.js' {
  const Cluster: unknown
  export default Cluster
}
declare module 'kafkajs/src/errors.js' {
  const errors: unknown
  export default errors
}
declare module 'kafkajs/src/loggers/index.js' {
  const loggers: unknown
  export default loggers
}
declare module 'kafkajs/src/network/connection.js' {
  const Connection: unknown
  export default Connection
}
declare module 'kafkajs/src/network/connectionPool.js' {
  const ConnectionPool: unknown
  export default ConnectionPool
}
