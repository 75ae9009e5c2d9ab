/** What `bin/connect-standalone` is to the built program, to its sources. */
import { main } from '../../src/cli/main.ts'

await main(process.argv.slice(2))
