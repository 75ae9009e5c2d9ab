import { type BadInput, nothingSet, workerFile } from './bad-input.ts'

export const commandLine: readonly BadInput[] = [
  { name: 'no arguments', args: [], exit: 1, says: ["missing required argument 'worker.properties'"] },
  {
    name: 'an unknown option',
    args: ['--frobnicate', 'worker.properties'],
    exit: 1,
    says: ["unknown option '--frobnicate'"],
  },
  {
    name: 'a misspelt option',
    args: ['--log-levl', 'DEBUG', 'worker.properties'],
    exit: 1,
    says: ["unknown option '--log-levl'"],
  },
  {
    name: 'an option without its value',
    args: ['worker.properties', '--log-level'],
    exit: 1,
    says: ["option '--log-level <level>' argument missing"],
  },
  {
    name: 'a log level that there is not',
    files: { 'worker.properties': workerFile() },
    args: ['--log-level', 'LOUD', 'worker.properties'],
    exit: 1,
    says: [
      "option '--log-level <level>' argument 'LOUD' is invalid. 'LOUD' is no level. Accepted: OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE, ALL, each also as NAME=LEVEL",
    ],
  },
  {
    name: 'a log level without a logger',
    files: { 'worker.properties': workerFile() },
    args: ['--log-level', '=DEBUG', 'worker.properties'],
    exit: 1,
    says: [
      "option '--log-level <level>' argument '=DEBUG' is invalid. the name before '=' is missing. Accepted: LEVEL or NAME=LEVEL",
    ],
  },
  {
    name: 'a log format that there is not',
    files: { 'worker.properties': workerFile() },
    args: ['--log-format', 'xml', 'worker.properties'],
    exit: 1,
    says: ["option '--log-format <format>' argument 'xml' is invalid. Allowed choices are text, json."],
  },
  {
    name: 'an empty name for the worker file: an empty config',
    args: [''],
    exit: 2,
    says: [...nothingSet('')],
  },
]
