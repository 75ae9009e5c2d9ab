/** Reference pages and sample files, all text from the definitions that the program itself runs on. */
import type { ConfigDef, ConfigKey } from './define.ts'
import { settingText } from './validate.ts'

export interface PluginPage {
  /** As in a config: `FileStreamSource`. */
  readonly name: string
  readonly className: string
  readonly kind: 'source' | 'sink'
  readonly doc: string
  readonly config: ConfigDef
}

const GENERATED = '<!-- Generated from the definitions by `npm run docs`. Do not edit. -->'

/** The page of a connector: what it is, its settings, and a file to start from. */
export const renderConnectorPage = (page: PluginPage): string =>
  paragraphs(
    GENERATED,
    `# ${page.name}`,
    page.doc,
    `\`connector.class=${page.name}\`, or in full \`${page.className}\`. A ${page.kind} connector; see also the [settings of every connector](every-connector.md).`,
    '## Settings',
    settingsTable(page.config),
    ...ownSettingsNote(page.config),
    '## Sample file',
    `\`\`\`properties\n${renderSampleFile(page)}\`\`\``,
  )

/** A page of settings, one table for each group, in the order in which groups first occur. */
export const renderSettingsPage = (title: string, introduction: string, config: ConfigDef): string => {
  const groups = [...new Set(Object.values(config).map((key) => key.group ?? 'Other'))]
  const sections = groups.flatMap((group) => [
    `## ${group}`,
    settingsTable(Object.fromEntries(Object.entries(config).filter(([, key]) => (key.group ?? 'Other') === group))),
  ])
  return paragraphs(GENERATED, `# ${title}`, introduction, ...sections)
}

/** A properties file with what must be set, and everything else as comments. */
export const renderSampleFile = ({ name, kind, config, doc }: PluginPage): string => {
  const entries = Object.entries(config)
  const required = entries.filter(([, key]) => key.default === undefined)
  const optional = entries.filter(([, key]) => key.default !== undefined)
  const topics =
    kind === 'sink' && !Object.hasOwn(config, 'topics') ? ['', '# Topics to consume.', 'topics=my-topic'] : []
  return [
    ...comment(doc),
    `name=my-${kebabCase(name)}`,
    `connector.class=${name}`,
    'tasks.max=1',
    ...topics,
    ...required.flatMap(([key, setting]) => ['', ...comment(setting.doc), `${key}=`]),
    ...optional.flatMap(([key, setting]) => ['', ...comment(setting.doc), `#${key}=${defaultText(setting)}`]),
    '',
  ].join('\n')
}

/** `FileStreamSource` -> `file-stream-source`. */
export const kebabCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

const paragraphs = (...texts: readonly string[]): string => `${texts.join('\n\n')}\n`

const settingsTable = (config: ConfigDef): string =>
  [
    '| Setting | Type | Default | Importance | Meaning |',
    '|---|---|---|---|---|',
    ...Object.entries(config).map(
      ([name, key]) =>
        `| \`${name}\`${key.internal ? ' ¹' : ''} | ${key.type} | ${defaultCell(key)} | ${key.importance} | ${cell(key.doc)} |`,
    ),
  ].join('\n')

const ownSettingsNote = (config: ConfigDef): readonly string[] =>
  Object.values(config).some((key) => key.internal)
    ? ['¹ Not known to the JVM worker, and left out of the answers of the REST API.']
    : []

const defaultCell = (key: ConfigKey): string => {
  if (key.default === undefined) return '**required**'
  const text = settingText(key.type, key.default)
  if (text === null) return 'not set'
  return text === '' ? 'empty' : `\`${cell(text)}\``
}

const defaultText = (key: ConfigKey): string => settingText(key.type, key.default ?? null) ?? ''

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')

const LINE = 100

/** Comment lines of at most 100 characters. */
const comment = (text: string): readonly string[] => {
  const lines: string[] = []
  let line = '#'
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > LINE && line !== '#') {
      lines.push(line)
      line = '#'
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
