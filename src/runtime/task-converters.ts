import type { RawConfig } from '../config/define.ts'
import { parseOrThrow } from '../config/parse.ts'
import { withPrefix } from '../config/prefix.ts'
import type { Converter, ConverterDefinition, HeaderConverter } from '../plugin/converter.ts'
import { ConfigError } from '../plugin/errors.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'

export interface TaskConverters {
  readonly key: Converter
  readonly value: Converter
  readonly header: HeaderConverter
  readonly classNames: { readonly key: string; readonly value: string; readonly header: string }
}

/**
 * The three converters of a task: the connector's if it names one, with its own keys only, else the worker's, with the
 * worker's keys only.
 *
 * @throws ConfigError when a converter is not known or its settings cannot be used
 */
export const taskConverters = async (
  connector: RawConfig,
  worker: RawConfig,
  catalog: PluginCatalog,
): Promise<TaskConverters> => {
  const key = await choose('key', connector, worker, catalog)
  const value = await choose('value', connector, worker, catalog)
  const header = await choose('header', connector, worker, catalog)
  const { createHeader } = header.definition
  if (createHeader === undefined) throw wrongUse(header)
  return {
    key: createFor(key, 'key'),
    value: createFor(value, 'value'),
    header: createHeader.call(header.definition, header.settings),
    classNames: {
      key: key.definition.className,
      value: value.definition.className,
      header: header.definition.className,
    },
  }
}

type Role = 'key' | 'value' | 'header'

interface Chosen {
  readonly role: Role
  readonly definition: ConverterDefinition
  readonly settings: Parameters<NonNullable<ConverterDefinition['createHeader']>>[0]
}

const choose = async (role: Role, connector: RawConfig, worker: RawConfig, catalog: PluginCatalog): Promise<Chosen> => {
  const name = `${role}.converter`
  const raw = given(connector[name]) ? connector : worker
  const className = raw[name]?.trim() || DEFAULT_HEADER_CONVERTER
  const row = catalog.find(role === 'header' ? 'header_converter' : 'converter', className)
  if (row === undefined) {
    throw new ConfigError(
      `Invalid value ${className} for configuration ${name}: Class ${className} could not be found.`,
    )
  }
  const definition = await row.load()
  const own = { ...withPrefix(raw, `${name}.`), 'converter.type': role }
  return { role, definition, settings: parseOrThrow(definition.config, own) }
}

const createFor = (chosen: Chosen, role: 'key' | 'value'): Converter => {
  const { create } = chosen.definition
  if (create === undefined) throw wrongUse(chosen)
  return create.call(chosen.definition, chosen.settings, role)
}

const wrongUse = ({ role, definition }: Chosen): ConfigError =>
  new ConfigError(`${definition.className} cannot be used as ${role}.converter`)

const given = (value: string | null | undefined): boolean => value !== undefined && value !== null

const DEFAULT_HEADER_CONVERTER = 'org.apache.kafka.connect.storage.SimpleHeaderConverter'
