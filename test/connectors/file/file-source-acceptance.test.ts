import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileSource } from '../../../src/connectors/file/file-source.ts'
import { testSource } from '../../helpers/source-suite.ts'

testSource({
  definition: fileSource,
  prepare: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'file-source-'))
    const file = join(folder, 'in.txt')
    let made = 0
    return {
      raw: { file, topic: 'lines' },
      produce: async (count) => {
        const lines = Array.from({ length: count }, () => `line ${made++} äöü`)
        await appendFile(file, lines.map((line) => `${line}\n`).join(''))
        return lines
      },
      cleanUp: () => rm(folder, { recursive: true }),
    }
  },
  bad: [
    {
      name: 'an empty topic',
      raw: { file: 'x', topic: '' },
      message: /^ConfigException: Invalid value {2}for configuration topic: String must be non-empty$/,
    },
    {
      name: 'a batch size that is no number',
      raw: { file: 'x', topic: 't', 'batch.size': 'big' },
      message: /Invalid value big for configuration batch\.size: Not a number of type INT/,
    },
    {
      name: 'a directory without a final slash',
      raw: { file: tmpdir(), topic: 't' },
      message: /^ConnectException: Could not open .*: it is a directory; end it with \/ to read the files in it$/,
    },
  ],
})
