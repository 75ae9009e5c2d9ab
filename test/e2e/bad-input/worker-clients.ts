/** What is wrong with the settings of its clients, or with the brokers. */
import { execFileSync } from 'node:child_process'
import { type BadInput, SECRET } from './bad-input.ts'
import { worker } from './worker-row.ts'

/** Holds one certificate, protected by a password that nobody gives. */
const makeTrustStore = (folder: string): void => {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  run(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=CA',
  )
  run('pkcs12', '-export', '-nokeys', '-in', 'ca.pem', '-passout', 'pass:another', '-out', 'trust.p12')
}
export const workerClients: readonly BadInput[] = [
  worker('a security protocol that there is not', { 'security.protocol': 'TLS' }, [
    'worker.properties:8: Invalid value TLS for configuration security.protocol: String must be one of (case insensitive): SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT',
  ]),
  worker(
    'SASL without a mechanism that is known',
    {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'KERBEROS',
    },
    [
      'worker.properties:9: Invalid value KERBEROS for configuration sasl.mechanism: this mechanism is not supported here. Supported: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER',
    ],
  ),
  worker('SASL without credentials', { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'PLAIN' }, [
    'worker.properties: sasl.jaas.config is not set, and sasl.mechanism PLAIN needs it',
  ]),
  worker(
    'credentials that cannot be read',
    {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="${SECRET}"`,
    },
    [
      'worker.properties:10: Invalid value [hidden] for configuration sasl.jaas.config: JAAS config entry not terminated by semi-colon',
    ],
  ),
  worker(
    'credentials without a password',
    {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required username="a";',
    },
    [
      'worker.properties:10: Invalid value [hidden] for configuration sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule needs the options username and password',
    ],
  ),
  worker(
    'a truststore that is not there',
    {
      'security.protocol': 'SSL',
      'ssl.truststore.location': 'trust.jks',
      'ssl.truststore.password': SECRET,
    },
    ['worker.properties:9: ssl.truststore.location: Failed to load SSL keystore trust.jks of type JKS: no such file'],
  ),
  worker(
    'a truststore that is none',
    {
      'security.protocol': 'SSL',
      'ssl.truststore.location': 'worker.properties',
      'ssl.truststore.password': SECRET,
    },
    [
      'worker.properties:9: ssl.truststore.location: Failed to load SSL keystore worker.properties of type JKS: the file is neither JKS nor PKCS12',
    ],
  ),
  {
    ...worker(
      'a truststore with another password',
      {
        'security.protocol': 'SSL',
        'ssl.truststore.location': 'trust.p12',
        'ssl.truststore.password': SECRET,
      },
      [
        'worker.properties:9: ssl.truststore.location: Failed to load SSL keystore trust.p12 of type JKS: the password is wrong, or the file is damaged',
      ],
    ),
    prepare: makeTrustStore,
  },
  worker(
    'a truststore type that there is not',
    {
      'security.protocol': 'SSL',
      'ssl.truststore.location': 'worker.properties',
      'ssl.truststore.type': 'DER',
    },
    [
      'worker.properties:9: ssl.truststore.location: Failed to load SSL keystore worker.properties of type DER: this type is not supported; use JKS, PKCS12 or PEM (keytool -importkeystore -deststoretype PKCS12 converts)',
    ],
  ),
  worker(
    'trusted certificates that are none',
    {
      'security.protocol': 'SSL',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.certificates': SECRET,
    },
    ['worker.properties:10: ssl.truststore.certificates: No matching CERTIFICATE entries in PEM file'],
  ),
  worker(
    'bad settings of producers and consumers',
    {
      'producer.acks': 'most',
      'producer.linger.ms': '-5',
      'consumer.max.poll.records': 'abc',
    },
    [
      'worker.properties:8: producer.acks: Invalid value most for configuration acks: String must be one of: all, -1, 0, 1',
      'worker.properties:9: producer.linger.ms: Invalid value -5 for configuration linger.ms: Value must be at least 0',
      'worker.properties:10: consumer.max.poll.records: Invalid value abc for configuration max.poll.records: Not a number of type INT',
    ],
  ),
  worker(
    'client settings that contradict each other',
    { 'producer.enable.idempotence': 'true', 'producer.acks': '1' },
    [
      'worker.properties: producer.*: Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
    ],
  ),
  worker('bad settings of the admin client', { 'admin.request.timeout.ms': 'soon', retries: 'many' }, [
    'worker.properties:8: admin.request.timeout.ms: Invalid value soon for configuration request.timeout.ms: Not a number of type INT',
    'worker.properties:9: Invalid value many for configuration retries: Not a number of type INT',
  ]),
  worker('a broker that does not answer', { 'default.api.timeout.ms': '3000', 'request.timeout.ms': '2000' }, [
    'worker.properties:1: No broker could be reached at bootstrap.servers=localhost:9 within 3000 ms (client adminclient-1). Check that the addresses are right, that the brokers run and can be reached from this machine, and that security.protocol=PLAINTEXT is what their listener expects. Last error: Could not connect (broker localhost:9): Connection error: connect ECONNREFUSED 127.0.0.1:9',
  ]),
  // A name of such a form no name server is asked for: its answer would depend on the network, and on its haste
  worker(
    'a broker whose name is not known',
    {
      'bootstrap.servers': 'no-such-host..invalid:9092',
      'default.api.timeout.ms': '3000',
      'request.timeout.ms': '2000',
    },
    [
      'worker.properties:1: No broker could be reached at bootstrap.servers=no-such-host..invalid:9092 within 3000 ms (client adminclient-1). Check that the addresses are right, that the brokers run and can be reached from this machine, and that security.protocol=PLAINTEXT is what their listener expects. Last error: Could not connect (broker no-such-host..invalid:9092): Connection error: getaddrinfo ENOTFOUND no-such-host..invalid',
    ],
  ),
]
