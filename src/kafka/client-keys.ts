/**
 * The settings of Kafka's Java clients (4.3) as plain data: types, defaults, ranges. A key that is only in
 * {@link WITHOUT_MEANING} is accepted, checked by nobody and changes nothing here; a key in none of them is unknown.
 */
import type { ConfigKey, ConfigType, ConfigValues, Validator } from '../config/define.ts'
import { atLeast, between, listNotEmpty, nullOr, oneOf, oneOfIgnoreCase } from '../config/validators.ts'

const setting = <T extends ConfigType, const D extends ConfigValues[T] | null>(
  type: T,
  byDefault: D,
  doc: string,
  // biome-ignore lint/suspicious/noExplicitAny: a validator takes the value of its own key's type; definitions stay plain data
  validator?: Validator<any>,
): ConfigKey<T> & { readonly default: D } => ({
  type,
  default: byDefault,
  importance: 'medium',
  doc,
  ...(validator && { validator }),
})

const count = atLeast(0)

const notEmptyText: Validator<string | null> = (_key, value) => (value === '' ? 'String must be non-empty' : null)

/** Transport security; the `ssl.` ones also serve HTTPS listeners. */
export const SSL_KEYS = {
  'ssl.protocol': setting('string', 'TLSv1.3', 'Newest TLS version that is offered when it is TLSv1.2.'),
  'ssl.enabled.protocols': setting('list', ['TLSv1.2', 'TLSv1.3'], 'TLS versions that may be used.'),
  'ssl.cipher.suites': setting('list', [], 'Cipher suites, by their standard names. Empty: those of Node.'),
  'ssl.endpoint.identification.algorithm': setting('string', 'https', 'Empty: the host name is not checked.'),
  'ssl.keystore.type': setting('string', 'JKS', 'JKS, PKCS12 or PEM.'),
  'ssl.keystore.location': setting('string', null, 'File with our own key and certificates.'),
  'ssl.keystore.password': setting('password', null, 'Password of that file.'),
  'ssl.key.password': setting('password', null, 'Password of the key in it. Default: that of the file.'),
  'ssl.keystore.key': setting('password', null, 'Our own key as PEM text.'),
  'ssl.keystore.certificate.chain': setting('password', null, 'Our own certificates as PEM text.'),
  'ssl.truststore.type': setting('string', 'JKS', 'JKS, PKCS12 or PEM.'),
  'ssl.truststore.location': setting('string', null, 'File with the certificates we trust. Default: those of Node.'),
  'ssl.truststore.password': setting('password', null, 'Password of that file.'),
  'ssl.truststore.certificates': setting('password', null, 'Certificates we trust as PEM text.'),
} as const

export const SASL_KEYS = {
  'sasl.mechanism': setting('string', 'GSSAPI', 'PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.'),
  'sasl.jaas.config': setting('password', null, 'Login module and its options.'),
  'sasl.login.callback.handler.class': setting('class', null, 'Only the handlers that come with Kafka.'),
  'sasl.oauthbearer.token.endpoint.url': setting('string', null, 'Where to get a token: http(s): or file:.'),
  'sasl.oauthbearer.client.credentials.client.id': setting('string', null, 'Client id for the token endpoint.'),
  'sasl.oauthbearer.client.credentials.client.secret': setting('password', null, 'Its secret.'),
  'sasl.oauthbearer.scope': setting('string', null, 'Scope to ask for.'),
  'sasl.oauthbearer.header.urlencode': setting('boolean', false, 'Whether id and secret are URL-encoded.'),
  'sasl.login.connect.timeout.ms': setting('int', null, 'Longest wait for the token endpoint.'),
  'sasl.login.read.timeout.ms': setting('int', null, 'Longest wait for its answer.'),
} as const

const COMMON_KEYS = {
  'bootstrap.servers': {
    type: 'list',
    validator: listNotEmpty,
    importance: 'high',
    doc: 'Brokers to ask first, as host:port.',
  },
  'client.id': setting('string', '', 'Name of this client in the logs and quotas of the brokers.'),
  'security.protocol': setting(
    'string',
    'PLAINTEXT',
    'PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.',
    oneOfIgnoreCase('SASL_SSL', 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT'),
  ),
  'client.dns.lookup': setting(
    'string',
    'use_all_dns_ips',
    'How names become addresses.',
    oneOf('use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'),
  ),
  'request.timeout.ms': setting('int', 30_000, 'Longest wait for an answer.', count),
  'socket.connection.setup.timeout.ms': setting('long', 10_000, 'Longest wait for a connection.'),
  'reconnect.backoff.ms': setting('long', 50, 'First pause before connecting again.', count),
  'reconnect.backoff.max.ms': setting('long', 1000, 'Longest pause before connecting again.', count),
  'retry.backoff.ms': setting('long', 100, 'First pause before a failed request is sent again.', count),
  'retry.backoff.max.ms': setting('long', 1000, 'Longest such pause.', count),
  'metadata.max.age.ms': setting('long', 300_000, 'After this time topics and leaders are asked for again.', count),
  ...SASL_KEYS,
  ...SSL_KEYS,
} as const

const gzipLevel: Validator<number> = (_key, level) =>
  level === -1 || (level >= 1 && level <= 9) ? null : 'Value must be between 1 and 9 or equal to -1'

export const PRODUCER_KEYS = {
  ...COMMON_KEYS,
  acks: setting('string', 'all', 'Which replicas have a batch before it counts.', oneOf('all', '-1', '0', '1')),
  'batch.size': setting('int', 16_384, 'Bytes of a batch.', count),
  'linger.ms': setting('long', 5, 'How long a batch that is not full waits for more.', count),
  'buffer.memory': setting('long', 33_554_432, 'Bytes waiting before more is refused.', count),
  'max.request.size': setting('int', 1_048_576, 'Bytes of a request.', count),
  'max.block.ms': setting('long', 60_000, 'Longest wait for room or for metadata.', count),
  'delivery.timeout.ms': setting('int', 120_000, 'Time a record has from being handed over until acknowledged.', count),
  'max.in.flight.requests.per.connection': setting('int', 5, 'Unanswered requests per broker.', atLeast(1)),
  'enable.idempotence': setting('boolean', true, 'Whether brokers drop what is sent twice.'),
  retries: setting('int', 2_147_483_647, 'How often a batch is sent again.', between(0, 2_147_483_647)),
  'compression.type': setting('string', 'none', 'Codec.', oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd')),
  'compression.gzip.level': setting('int', -1, 'Level for gzip; -1: its default.', gzipLevel),
  'compression.lz4.level': setting('int', 9, 'Level for lz4.', between(1, 17)),
  'compression.zstd.level': setting('int', 3, 'Level for zstd.', between(-131_072, 22)),
  'partitioner.class': setting('class', null, 'Only the default one.'),
  'partitioner.ignore.keys': setting('boolean', false, 'Whether records with keys are spread as those without.'),
  'transactional.id': setting('string', null, 'Transactions are not supported.', nullOr(notEmptyText)),
  'interceptor.classes': setting('list', [], 'JVM classes: not supported.'),
} as const

/** `latest`, `earliest`, `none` or `by_duration:` with an ISO 8601 duration that is not negative. */
const autoOffsetReset: Validator<string | null> = (key, value) =>
  value !== null && (/^(latest|earliest|none)$/.test(value) || durationMs(value) !== undefined)
    ? null
    : `Invalid value \`${value}\` for configuration ${key}. The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.`

/** Milliseconds of `by_duration:P1DT2H3M4.5S`. Undefined: something else. */
export const durationMs = (text: string): number | undefined => {
  const match = /^by_duration:P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{0,9})?)S)?)?$/i.exec(text)
  if (match === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0))
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}

export const RANGE_ASSIGNOR = 'org.apache.kafka.clients.consumer.RangeAssignor'
export const COOPERATIVE_STICKY_ASSIGNOR = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor'

export const CONSUMER_KEYS = {
  ...COMMON_KEYS,
  'group.id': setting('string', null, 'Consumer group.'),
  'group.instance.id': setting('string', null, 'Name of a static member of the group.', nullOr(notEmptyText)),
  'group.protocol': setting('string', 'classic', 'Only the classic protocol.', oneOfIgnoreCase('CONSUMER', 'CLASSIC')),
  'session.timeout.ms': setting('int', 45_000, 'Without a heartbeat for so long a member is thrown out.'),
  'heartbeat.interval.ms': setting('int', 3000, 'Time between heartbeats.'),
  'max.poll.interval.ms': setting('int', 300_000, 'Longest time between two polls of a member.', atLeast(1)),
  'max.poll.records': setting('int', 500, 'Records that one poll returns.', atLeast(1)),
  'fetch.min.bytes': setting('int', 1, 'Bytes for which a fetch waits.', count),
  'fetch.max.bytes': setting('int', 52_428_800, 'Bytes of one answer.', count),
  'fetch.max.wait.ms': setting('int', 500, 'How long a fetch waits for them.', count),
  'max.partition.fetch.bytes': setting('int', 1_048_576, 'Bytes per partition in one answer.', count),
  'auto.offset.reset': setting('string', 'latest', 'Where to start without a committed offset.', autoOffsetReset),
  'isolation.level': setting(
    'string',
    'read_uncommitted',
    'Whether records of open or aborted transactions are read.',
    oneOf('read_committed', 'read_uncommitted'),
  ),
  'partition.assignment.strategy': setting(
    'list',
    [RANGE_ASSIGNOR, COOPERATIVE_STICKY_ASSIGNOR],
    'How partitions are shared out, in order of preference.',
  ),
  'client.rack': setting('string', '', 'Rack of this client, to read from near replicas.'),
  'check.crcs': setting('boolean', true, 'Whether checksums are verified.'),
  'default.api.timeout.ms': setting('int', 60_000, 'Longest time of a call that has no limit of its own.', count),
  'allow.auto.create.topics': setting('boolean', true, 'Whether subscribing may create a topic.'),
  'interceptor.classes': setting('list', [], 'JVM classes: not supported.'),
} as const

export const ADMIN_KEYS = {
  ...COMMON_KEYS,
  'default.api.timeout.ms': setting('int', 60_000, 'Longest time of a call.', count),
  retries: setting('int', 2_147_483_647, 'How often a failed call is tried again.', between(0, 2_147_483_647)),
} as const

/** Known to the Java clients, and of no use here: metrics, tuning of the JVM's own networking, settings of Kerberos. */
export const WITHOUT_MEANING: ReadonlySet<string> = new Set([
  'key.serializer',
  'value.serializer',
  'key.deserializer',
  'value.deserializer',
  'enable.auto.commit',
  'auto.commit.interval.ms',
  'auto.include.jmx.reporter',
  'bootstrap.controllers',
  'config.providers',
  'connections.max.idle.ms',
  'enable.metrics.push',
  'exclude.internal.topics',
  'internal.throw.on.fetch.stable.offset.unsupported',
  'metadata.max.idle.ms',
  'metadata.recovery.rebootstrap.trigger.ms',
  'metadata.recovery.strategy',
  'metric.reporters',
  'metrics.num.samples',
  'metrics.recording.level',
  'metrics.sample.window.ms',
  'partitioner.adaptive.partitioning.enable',
  'partitioner.availability.timeout.ms',
  'receive.buffer.bytes',
  'send.buffer.bytes',
  'share.acknowledgement.mode',
  'share.acquire.mode',
  'socket.connection.setup.timeout.max.ms',
  'security.providers',
  'sasl.kerberos.kinit.cmd',
  'sasl.kerberos.min.time.before.relogin',
  'sasl.kerberos.service.name',
  'sasl.kerberos.ticket.renew.jitter',
  'sasl.kerberos.ticket.renew.window.factor',
  'sasl.login.refresh.buffer.seconds',
  'sasl.login.refresh.min.period.seconds',
  'sasl.login.refresh.window.factor',
  'sasl.login.refresh.window.jitter',
  'sasl.login.retry.backoff.max.ms',
  'sasl.login.retry.backoff.ms',
  'sasl.oauthbearer.clock.skew.seconds',
  'sasl.oauthbearer.expected.audience',
  'sasl.oauthbearer.expected.issuer',
  'sasl.oauthbearer.jwks.endpoint.refresh.ms',
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms',
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms',
  'sasl.oauthbearer.jwks.endpoint.url',
  'sasl.oauthbearer.jwt.validator.class',
  'sasl.oauthbearer.scope.claim.name',
  'sasl.oauthbearer.sub.claim.name',
  'ssl.keymanager.algorithm',
  'ssl.provider',
  'ssl.secure.random.implementation',
  'ssl.trustmanager.algorithm',
  'transaction.timeout.ms',
  'transaction.two.phase.commit.enable',
])

/** Known to the Java clients and not supported: a warning says so when one is set. */
export const UNSUPPORTED: ReadonlySet<string> = new Set([
  'group.remote.assignor',
  'interceptor.classes',
  'sasl.client.callback.handler.class',
  'sasl.login.class',
  'sasl.oauthbearer.assertion.algorithm',
  'sasl.oauthbearer.assertion.claim.aud',
  'sasl.oauthbearer.assertion.claim.exp.seconds',
  'sasl.oauthbearer.assertion.claim.iss',
  'sasl.oauthbearer.assertion.claim.jti.include',
  'sasl.oauthbearer.assertion.claim.nbf.seconds',
  'sasl.oauthbearer.assertion.claim.sub',
  'sasl.oauthbearer.assertion.file',
  'sasl.oauthbearer.assertion.private.key.file',
  'sasl.oauthbearer.assertion.private.key.passphrase',
  'sasl.oauthbearer.assertion.template.file',
  'sasl.oauthbearer.jwt.retriever.class',
  'ssl.engine.factory.class',
  'transactional.id',
])
