import type { RawConfig } from '../config/define.ts'

export const sameConfig = (left: RawConfig, right: RawConfig): boolean => {
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key])
}

export const sameConfigs = (left: readonly RawConfig[], right: readonly RawConfig[]): boolean =>
  left.length === right.length && left.every((config, i) => sameConfig(config, right[i]!))
