import { defineConfig } from './define.ts'
import { adminListenerList, listenerList } from './listeners.ts'
import { responseHeaderRules } from './response-headers.ts'
import { listOf } from './validators.ts'

const REST = 'REST API'

/** Where the worker's REST API listens, and how it answers. */
export const restConfig = defineConfig({
  listeners: {
    type: 'list',
    default: ['http://:8083'],
    validator: listenerList,
    importance: 'low',
    doc: 'Where the REST API listens: `http://HOST:PORT` or `https://HOST:PORT`. Without a host on this machine only (127.0.0.1), `http://0.0.0.0:PORT` on every interface; port 0 is any free one.',
    group: REST,
  },
  'rest.advertised.host.name': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Host name in the id that this worker shows in statuses.',
    group: REST,
  },
  'rest.advertised.port': {
    type: 'int',
    default: null,
    importance: 'low',
    doc: 'Port in that id.',
    group: REST,
  },
  'rest.advertised.listener': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'Which listener that id goes by: `http` or `https`.',
    group: REST,
  },
  'admin.listeners': {
    type: 'list',
    default: null,
    validator: adminListenerList,
    importance: 'low',
    doc: 'Where `/admin` listens. Not set: at `listeners`; empty: nowhere; else only here, and nothing else does.',
    group: REST,
  },
  'rest.extension.classes': {
    type: 'list',
    default: [],
    validator: listOf(),
    importance: 'low',
    doc: 'REST extensions to load, in this order.',
    group: REST,
  },
  'access.control.allow.origin': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Origins that browsers may call from, separated by commas, `*` in them for anything. Empty: no CORS headers.',
    group: REST,
  },
  'access.control.allow.methods': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Methods that browsers may use from there, separated by commas. Empty: GET, POST and HEAD.',
    group: REST,
  },
  'response.http.headers.config': {
    type: 'string',
    default: '',
    validator: responseHeaderRules,
    importance: 'low',
    doc: 'Headers for every REST answer: `set NAME: VALUE` or `add NAME: VALUE`, separated by commas, in quotes when they hold one.',
    group: REST,
  },
})
