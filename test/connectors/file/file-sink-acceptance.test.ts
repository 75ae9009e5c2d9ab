import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileSink } from '../../../src/connectors/file/file-sink.ts'
import { sinkRecord } from '../../helpers/fake-context.ts'
import { testSink } from '../../helpers/sink-suite.ts'

testSink({
  definition: fileSink,
  prepare: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'file-sink-'))
    const file = join(folder, 'out.txt')
    return {
      raw: { file, topics: 'topic' },
      record: (number) => sinkRecord(`value ${number}`, { offset: number }),
      written: async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1),
      expected: (number) => `value ${number}`,
      cleanUp: () => rm(folder, { recursive: true }),
    }
  },
  bad: [
    {
      name: 'a file in a directory that is not there',
      raw: { file: '/nowhere/at/all.txt' },
      message:
        /^ConnectException: Couldn't find or create file '\/nowhere\/at\/all\.txt' for FileStreamSinkTask: ENOENT: no such file or directory/,
    },
  ],
})
