/** Operations of access rules as the protocol numbers them; everybody may do all that a resource has. */
const operations = {
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
} as const

const bits = (...names: readonly (keyof typeof operations)[]): number =>
  names.reduce((sum, name) => sum | (1 << operations[name]), 0)

/** What a client is told when it asks what it may do: bit sets. */
export const allowedOperations = {
  topic: bits('read', 'write', 'create', 'delete', 'alter', 'describe', 'describeConfigs', 'alterConfigs'),
  cluster: bits('create', 'clusterAction', 'describeConfigs', 'alterConfigs', 'idempotentWrite', 'alter', 'describe'),
  group: bits('read', 'delete', 'describe', 'describeConfigs', 'alterConfigs'),
} as const

/** "Was not asked for." */
export const notAsked = -(2 ** 31)
