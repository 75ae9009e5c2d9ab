// Stores connector after connector in the file named, and says each number on standard output once it is stored.
import { openConnectorStore } from '../../src/storage/connector-store.ts'

const store = await openConnectorStore(process.argv[2] ?? '', { warn: (message) => console.error(message) })
let number = Number(store.get('counter')?.config?.['number'] ?? 0)
for (;;) {
  number++
  const config = { name: 'counter', number: String(number), filler: 'x'.repeat(number % 5000) }
  await store.put({ name: 'counter', target: number % 2 === 0 ? 'PAUSED' : 'STARTED', config })
  process.stdout.write(`${number}\n`)
}
