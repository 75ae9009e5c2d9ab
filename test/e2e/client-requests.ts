/** What common clients of a Connect worker ask, with the headers they send, in an order that makes sense. */

export interface ClientRequest {
  /** Whose habit it is, and what for. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Why our answer is another one than the JVM's. */
  readonly ours?: string
  /** Asked again until the state of the connector and of so many tasks is this. */
  readonly until?: { readonly state: string; readonly tasks: number }
  /** Asked again until the answer holds this text. */
  readonly untilIn?: string
}

/** What the two workers under test do not share. */
export interface Place {
  readonly source: string
  readonly sink: string
  readonly topic: string
  readonly folder: string
}

const JSON_TYPE = 'application/json'

/** Headers as these programs send them, as far as a server could mind. */
const CLIENTS = {
  curl: { 'User-Agent': 'curl/8.5.0', Accept: '*/*' },
  kcctl: { 'User-Agent': 'Resteasy Reactive Client', Accept: JSON_TYPE },
  terraform: {
    'User-Agent': 'go-resty/2.7.0 (https://github.com/go-resty/resty)',
    Accept: JSON_TYPE,
    'Accept-Encoding': 'gzip',
  },
  kafbat: { 'User-Agent': 'ReactorNetty/1.2.4', Accept: `${JSON_TYPE}, application/*+json` },
  akhq: {
    'User-Agent': 'SourceLabOrg KafkaConnectClient/4.0',
    Accept: JSON_TYPE,
    'Accept-Encoding': 'gzip, x-gzip, deflate',
  },
  console: {
    'User-Agent': 'Redpanda Console',
    Accept: JSON_TYPE,
    'Content-Type': JSON_TYPE,
    'Accept-Encoding': 'gzip',
  },
  strimzi: { Accept: JSON_TYPE, 'Content-Type': JSON_TYPE },
  python: {
    'User-Agent': 'python-requests/2.32.3',
    'Accept-Encoding': 'gzip, deflate',
    Accept: '*/*',
    Connection: 'keep-alive',
  },
  wget: { 'User-Agent': 'Wget/1.21.4', Accept: '*/*', 'Accept-Encoding': 'identity', Connection: 'Keep-Alive' },
  probe: { 'User-Agent': 'kube-probe/1.31', Accept: '*/*', Connection: 'close' },
  browser: {
    Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
    'Accept-Language': 'en-US,en;q=0.5',
  },
  prometheus: {
    'User-Agent': 'Prometheus/3.1.0',
    Accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1',
    'X-Prometheus-Scrape-Timeout-Seconds': '10',
  },
} as const
type Client = keyof typeof CLIENTS

interface More {
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
  readonly ours?: string
  readonly until?: ClientRequest['until']
  readonly untilIn?: string
}

const ask = (client: Client, request: string, more: More = {}): ClientRequest => {
  const [method = '', path = ''] = request.split(' ')
  const body = more.text ?? (more.json === undefined ? undefined : JSON.stringify(more.json))
  return {
    name: `${client}: ${request}${more.headers === undefined ? '' : ` ${JSON.stringify(more.headers)}`}`,
    method,
    path,
    headers: {
      ...CLIENTS[client],
      ...(more.json === undefined ? {} : { 'Content-Type': JSON_TYPE }),
      ...more.headers,
    },
    ...(body === undefined ? {} : { body }),
    ...(more.ours === undefined ? {} : { ours: more.ours }),
    ...(more.until === undefined ? {} : { until: more.until }),
    ...(more.untilIn === undefined ? {} : { untilIn: more.untilIn }),
  }
}

export const clientRequests = ({ source, sink, topic, folder }: Place): readonly ClientRequest[] => {
  const src = { 'connector.class': 'FileStreamSource', 'tasks.max': '1', file: `${folder}/in.txt`, topic }
  const snk = { 'connector.class': 'FileStreamSink', 'tasks.max': '1', file: `${folder}/out.txt`, topics: topic }
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const running = { state: 'RUNNING', tasks: 1 }
  const [atSource, atSink] = [`/connectors/${source}`, `/connectors/${sink}`]
  return [
    ask('probe', 'GET /'),
    ask('probe', 'GET /health'),
    ask('probe', 'HEAD /'),
    ask('probe', 'GET /connectors'),
    ask('browser', 'GET /'),
    ask('browser', 'GET /favicon.ico'),
    ask('wget', 'GET /connectors/'),
    ask('curl', 'GET //connectors'),
    ask('curl', 'GET /Connectors'),
    ask('curl', 'GET /connectors?pretty'),
    ask('curl', 'HEAD /connectors'),
    ask('curl', 'OPTIONS /connectors'),
    ask('curl', `OPTIONS ${atSource}/config`),
    ask('curl', 'TRACE /connectors'),
    // Creating, right and wrong
    ask('curl', 'POST /connectors', { headers: form, text: JSON.stringify({ name: source, config: src }) }),
    ask('curl', 'POST /connectors', { json: { name: source, config: src, tasks: [] } }),
    ask('curl', `PUT ${atSource}/config`, { json: { name: source, config: src } }),
    ask('terraform', `GET ${atSource}`),
    ask('terraform', 'POST /connectors', { json: { name: source, config: { ...src, name: source } } }),
    ask('terraform', `GET ${atSource}/status`, { until: running }),
    ask('terraform', `GET ${atSource}`),
    ask('terraform', 'POST /connectors', { json: { name: source, config: src } }),
    ask('kcctl', `PUT ${atSink}/config`, { json: snk }),
    ask('kcctl', `GET ${atSink}/status`, { until: running }),
    ask('strimzi', `PUT ${atSink}/config`, { json: { ...snk, name: sink } }),
    ask('strimzi', `GET ${atSink}/status`, { until: running }),
    ask('python', `PUT ${atSink}/config`, { json: { ...snk, name: 'another' } }),
    ask('curl', `PUT ${atSink}/config`, {
      text: JSON.stringify(snk),
      headers: { 'Content-Type': 'application/json;charset=UTF-8' },
    }),
    ask('curl', `PUT ${atSink}/config`, {
      text: ` ${JSON.stringify({ ...snk, 'tasks.max': 1 }, null, 2)}\n`,
      headers: { 'Content-Type': 'application/json; charset="utf-8"' },
    }),
    ask('curl', `GET ${atSink}/status`, { until: running }),
    ask('curl', `PUT ${atSink}/config`, { text: '{}', headers: { 'Content-Type': 'application/vnd.kafka.v1+json' } }),
    ask('curl', `PUT ${atSink}/config`, { text: '@sink.json', headers: { 'Content-Type': JSON_TYPE } }),
    ask('curl', `PUT ${atSink}/config`, { json: { ...snk, flag: true, size: 1.5, none: null } }),
    ask('curl', `PUT ${atSink}/config`, { json: { ...snk, flag: true, size: 1.5 } }),
    ask('curl', `GET ${atSink}/config`),
    ask('curl', `GET ${atSink}/status`, { until: running }),
    // Overviews
    ask('kafbat', 'GET /connectors?expand=info&expand=status'),
    ask('console', 'GET /connectors?expand=info&expand=status'),
    ask('akhq', 'GET /connectors?expand=status'),
    ask('kafbat', 'GET /connectors?search=x'),
    ask('kcctl', 'GET /connectors?expand=info%2Cstatus'),
    ask('curl', 'GET /connectors?expand=INFO'),
    ...['', '/', '/config', '/status', '/status/', '/tasks', '/tasks/0/status', '/topics', '/tasks-config'].map(
      // Topics are told once a record went there.
      (part) => ask('kafbat', `GET ${atSource}${part}`, part === '/topics' ? { untilIn: topic } : {}),
    ),
    ask('akhq', `GET ${atSource}/tasks/`),
    ask('akhq', `GET ${atSource}/tasks/-1/status`),
    ask('akhq', `GET ${atSource}/tasks/0`),
    ask('python', 'GET /connectors/no%20such%20one/status'),
    ask('python', 'GET /connectors/no+such+one'),
    // Plug-ins
    ask('kafbat', 'GET /connector-plugins', { ours: 'has more plug-ins' }),
    ask('kcctl', 'GET /connector-plugins?connectorsOnly=false', { ours: 'has more plug-ins' }),
    ask('kafbat', 'GET /connector-plugins/FileStreamSource/config'),
    ask('console', 'PUT /connector-plugins/FileStreamSink/config/validate', { json: { ...snk, name: sink } }),
    ask('console', 'PUT /connector-plugins/FileStreamSink/config/validate', { json: { ...snk, 'tasks.max': 'x' } }),
    ask('kafbat', 'PUT /connector-plugins/FileStreamSource/config/validate', {
      json: { 'connector.class': 'FileStreamSource' },
    }),
    // Ruling
    ask('kcctl', `PUT ${atSource}/pause`),
    ask('kcctl', `GET ${atSource}/status`, { until: { state: 'PAUSED', tasks: 1 } }),
    ask('python', `PUT ${atSource}/resume`, { headers: { 'Content-Length': '0' } }),
    ask('kcctl', `GET ${atSource}/status`, { until: running }),
    ask('curl', `PUT ${atSource}/pause`, { headers: form, text: '' }),
    ask('curl', `PUT ${atSource}/resume`, { json: {} }),
    ask('kcctl', `GET ${atSource}/status`, { until: running }),
    ask('curl', `POST ${atSource}/restart`),
    ask('kcctl', `GET ${atSource}/status`, { until: running }),
    ask('console', `POST ${atSource}/restart?includeTasks=true&onlyFailed=true`),
    ask('curl', `POST ${atSource}/restart?includeTasks=TRUE&onlyFailed=no`),
    ask('kcctl', `GET ${atSource}/status`, { until: running }),
    ask('kafbat', `POST ${atSource}/tasks/0/restart`, { json: {} }),
    ask('kcctl', `GET ${atSource}/status`, { until: running }),
    ask('curl', `GET ${atSource}/restart`),
    ask('curl', `POST ${atSource}/pause`),
    ask('curl', `POST ${atSource}`),
    ask('strimzi', `PUT ${atSource}/stop`),
    ask('strimzi', `GET ${atSource}/status`, { until: { state: 'STOPPED', tasks: 0 } }),
    ask('kcctl', `PATCH ${atSource}/config`, { json: { 'batch.size': '7' } }),
    ask('strimzi', `GET ${atSource}/offsets`),
    ask('strimzi', `PATCH ${atSource}/offsets`, {
      json: { offsets: [{ partition: { filename: src.file }, offset: { position: 4 } }] },
    }),
    ask('strimzi', `GET ${atSource}/offsets`),
    ask('strimzi', `DELETE ${atSource}/offsets`),
    ask('kcctl', `PUT ${atSource}/resume`),
    ask('kcctl', `GET ${atSource}/status`, { until: running }),
    // Logs and metrics
    ask('strimzi', 'GET /admin/loggers/org.apache.kafka.connect.runtime.Worker'),
    ask('strimzi', 'PUT /admin/loggers/org.apache.kafka.connect.runtime.Worker', { json: { level: 'INFO' } }),
    ask('strimzi', 'PUT /admin/loggers/com.example.x?scope=cluster', { json: { level: 'INFO' } }),
    ask('kcctl', 'PUT /admin/loggers/com.example.y', { json: { level: 'nonsense' } }),
    ask('prometheus', 'GET /metrics', { ours: 'has metrics' }),
    ask('curl', 'GET /openapi.json', { ours: 'has it' }),
    // Removing
    ask('terraform', `DELETE ${atSource}`),
    ask('terraform', `GET ${atSource}`),
    ask('terraform', `DELETE ${atSource}`),
    ask('curl', `DELETE ${atSink}/`),
    ask('curl', 'GET /connectors'),
  ]
}
