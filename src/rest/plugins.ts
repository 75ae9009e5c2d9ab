import type { ConfigInfos } from '../config/validate.ts'
import { parseVersionSpec } from '../config/version-range.ts'
import type { PluginKind } from '../plugin/plugin-row.ts'
import { describePlugin } from '../runtime/describe-plugin.ts'
import { asConfig, jsonBody } from './body.ts'
import { badRequest, notFound } from './errors.ts'
import { withStoredSecrets } from './hidden-secrets.ts'
import type { RestParts } from './rest-parts.ts'
import { flag, ok, type Route } from './route.ts'

const CONNECTORS: readonly PluginKind[] = ['sink', 'source']
const ALL: readonly PluginKind[] = [...CONNECTORS, 'transformation', 'predicate', 'converter', 'header_converter']

export const pluginRoutes = ({
  catalog,
  herder,
  validate,
  mask,
}: Pick<RestParts, 'catalog' | 'herder' | 'validate' | 'mask'>): readonly Route[] => [
  {
    method: 'GET',
    path: '/connector-plugins',
    summary: 'The plug-ins that are installed',
    query: { connectorsOnly: '`false`: also transforms, predicates and converters; default true' },
    answers: { 200: ['The plug-ins', 'Plugins'] },
    handle: ({ query }) => ok(catalog.list(flag(query, 'connectorsOnly', true) ? CONNECTORS : ALL)),
  },
  {
    method: 'GET',
    path: '/connector-plugins/:plugin/config',
    summary: 'The settings of a plug-in',
    query: { version: 'Version, or range of versions, of the plug-in; default the newest' },
    answers: {
      200: ['The settings', 'ConfigKeys'],
      400: ['Not installed in this version', 'Error'],
      404: ['No such plug-in', 'Error'],
    },
    async handle({ param, query }) {
      const name = param('plugin')
      const keys = await describePlugin(catalog, name, versionRange(query.get('version')))
      if (keys === undefined) throw notFound(`Unknown plugin ${name}.`)
      return ok(keys)
    },
  },
  {
    method: 'PUT',
    path: '/connector-plugins/:plugin/config/validate',
    summary: 'What is wrong with a connector config',
    body: 'Config',
    answers: { 200: ['Every setting, with its errors', 'ConfigInfos'], 400: ['Not a config of this', 'Error'] },
    async handle(request) {
      const config = asConfig(jsonBody(request), 'The body')
      const plugin = request.param('plugin')
      const included = config['connector.class'] ?? null
      if (included !== null && !withoutSuffix(included).endsWith(withoutSuffix(plugin))) {
        throw badRequest(`Included connector type ${included} does not match request type ${plugin}`)
      }
      const { name } = config
      const stored = name && herder.names().includes(name) ? herder.info(name).config : undefined
      return ok(withoutSecrets((await validate(withStoredSecrets(config, stored, mask))).configInfos, mask))
    },
  },
]

/** Values of variables are in it, and in what is wrong with them. */
const withoutSecrets = (infos: ConfigInfos, mask: (text: string) => string): ConfigInfos => ({
  ...infos,
  configs: infos.configs.map(({ definition, value }) => ({
    definition,
    value: {
      ...value,
      value: value.value === null ? null : mask(value.value),
      errors: value.errors.map(mask),
    },
  })),
})

const SUFFIX = 'Connector'

const withoutSuffix = (name: string): string =>
  name.endsWith(SUFFIX) && name.length > SUFFIX.length ? name.slice(0, -SUFFIX.length) : name

const versionRange = (text: string | null) => {
  try {
    return parseVersionSpec(text)
  } catch {
    throw badRequest(`Invalid version specification: ${text}`)
  }
}
