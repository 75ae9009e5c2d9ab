// Stores offset after offset in the file named, of several sizes, and says each one on standard output once it is stored.
import { openOffsetFile } from '../../src/storage/offset-file.ts'

const offsets = await openOffsetFile(process.argv[2] ?? '')
const filler = Array.from({ length: 200 }, (_, id) => ({ connector: 'filler', partition: { id } }))
let position = Number(offsets.get('c', { p: 1 })?.['position'] ?? 0)
for (;;) {
  position++
  const text = 'x'.repeat(position % 50)
  const change = { connector: 'c', partition: { p: 1 }, offset: { position } }
  await offsets.set([change, ...filler.map((one) => ({ ...one, offset: { text } }))])
  process.stdout.write(`${position}\n`)
}
