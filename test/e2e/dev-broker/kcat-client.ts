import { type ChildProcess, spawn } from 'node:child_process'
import { within } from '../../helpers/processes.ts'
import type { Member, ReadRecord, SentRecord, SomeClient } from './client.ts'

const waitMs = 90_000
const separator = '\u0001'

/** What kcat writes with -J, a line each. */
interface JsonRecord {
  readonly offset: number
  readonly ts: number
  readonly key: string | null
  readonly payload: string | null
  readonly headers?: readonly string[]
}

/** kcat, a command line client on top of librdkafka. It has no admin requests. */
export const kcatClient = (bootstrap: string): SomeClient => {
  const running = new Set<ChildProcess>()
  const start = (args: readonly string[]) => {
    const child = spawn('kcat', ['-b', bootstrap, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    running.add(child)
    const output = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
    child.stdin.on('error', () => undefined)
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    ended.then(() => running.delete(child))
    return { child, output, ended }
  }
  const run = async (args: readonly string[], input = ''): Promise<string> => {
    const { child, output, ended } = start(args)
    child.stdin!.end(input)
    const code = await within(ended, waitMs, `kcat ${args.join(' ')}`)
    const complaint = complaintOf(output.stderr)
    if (code !== 0 || complaint !== undefined) throw new Error(complaint ?? `kcat ended with ${code}: ${output.stderr}`)
    return output.stdout
  }
  const consume = async (topic: string, args: readonly string[]): Promise<ReadRecord[]> => {
    const text = await run(['-C', '-q', '-J', '-t', topic, '-X', 'fetch.wait.max.ms=200', ...args])
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { offset, ts, key, payload, headers = [] } = JSON.parse(line) as JsonRecord
        const pairs = Array.from(
          { length: headers.length / 2 },
          (_, i) => [headers[2 * i]!, headers[2 * i + 1]!] as const,
        )
        return { offset, timestamp: ts, key, value: payload, headers: pairs }
      })
  }
  const joinAs = async (group: string, topic: string, more: readonly string[]): Promise<Member> => {
    const settings = ['session.timeout.ms=30000', 'heartbeat.interval.ms=200', 'auto.offset.reset=earliest']
    const args = [...settings.flatMap((one) => ['-X', one]), ...more]
    const { child, output, ended } = start([...args, '-G', group, topic])
    return {
      // "% Group g rebalanced (memberid m): assigned: t [0], t [1]"; "revoked" comes before the next one
      assignment: async () => {
        const last = output.stderr.split('\n').findLast((line) => /: (?:assigned|revoked):/.test(line)) ?? ''
        if (!last.includes(': assigned:')) return []
        return [...last.matchAll(/ \[(\d+)\]/g)].map(([, partition]) => Number(partition)).sort((a, b) => a - b)
      },
      leave: async () => {
        child.kill('SIGTERM')
        await within(ended, waitMs, 'kcat to leave')
      },
    }
  }
  const offsetsAt = async (topic: string, time: number): Promise<number[]> => {
    const partitions = [...(await run(['-L', '-t', topic])).matchAll(/partition (\d+), leader/g)].map(([, n]) =>
      Number(n),
    )
    const found: number[] = []
    for (const partition of partitions) {
      const text = await run(['-Q', '-t', `${topic}:${partition}:${time}`])
      found[partition] = Number(/offset (-?\d+)/.exec(text)?.[1])
    }
    return found
  }

  return {
    abilities: ['codec none', 'codec gzip', 'codec snappy', 'codec lz4', 'codec zstd'],
    // Headers are those of a whole call, and timestamps are its own
    produce: async (topic, records, { codec = 'none', acks = -1, partition = 0 } = {}) => {
      for (const { headers, lines } of byHeaders(records)) {
        const named = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`])
        const settings = ['-X', `acks=${acks}`, '-X', `compression.codec=${codec}`, '-X', 'message.max.bytes=4000000']
        const where = ['-P', '-t', topic, '-p', String(partition), '-Z', '-K', separator]
        await run([...where, ...settings, ...named], lines.join('\n'))
      }
      return null
    },
    read: (topic, { count, from = 0, partition = 0, committed = false, minBytes = 1, maxBytes, maxWaitMs }) => {
      const settings = [
        `isolation.level=${committed ? 'read_committed' : 'read_uncommitted'}`,
        `fetch.min.bytes=${minBytes}`,
      ]
      if (maxBytes !== undefined) settings.push(`fetch.message.max.bytes=${maxBytes}`, 'auto.offset.reset=error')
      else settings.push('auto.offset.reset=error')
      if (maxWaitMs !== undefined) settings.push(`fetch.wait.max.ms=${maxWaitMs}`)
      const args = ['-p', String(partition), '-o', String(from), '-c', String(count)]
      return consume(topic, [...args, ...settings.flatMap((one) => ['-X', one])])
    },
    readFromTime: (topic, time, count) => consume(topic, ['-p', '0', '-o', `s@${time}`, '-c', String(count)]),
    offsets: (topic, at) => offsetsAt(topic, at === 'latest' ? -1 : at === 'earliest' ? -2 : at),

    // One transaction a call; it reads its input to the end before it sends, so that none can be aborted with records
    transactions: async (id, topic, transactions) => {
      for (const { values } of transactions) {
        await run(['-P', '-t', topic, '-p', '0', '-X', `transactional.id=${id}`], `${values.join('\n')}\n`)
      }
    },

    join: (group, topic) => joinAs(group, topic, []),
    joinAsInstance: (group, topic, id) => joinAs(group, topic, ['-X', `group.instance.id=${id}`]),
    readInGroup: async (group, topic, count) => {
      const args = ['-X', 'auto.offset.reset=earliest', '-q', '-c', String(count)]
      return (await run([...args, '-G', group, topic])).trimEnd().split('\n')
    },
    partitionCount: async (topic) => Number(/with (\d+) partitions/.exec(await run(['-L', '-t', topic]))?.[1]),
    cluster: async () => {
      const text = await run(['-L'])
      return { nodes: Number(/(\d+) brokers:/.exec(text)?.[1]), hasController: text.includes('(controller)') }
    },
    close: async () => {
      for (const child of running) child.kill('SIGKILL')
    },
  }
}

/** The last thing that librdkafka says of the broker's answer: "Broker: Unknown topic or partition". */
const complaintOf = (stderr: string): string | undefined =>
  [...stderr.matchAll(/(?:Broker|Local): [A-Z][^\n():]*/g)].map(([text]) => text.trim()).at(-1)

const byHeaders = (records: readonly SentRecord[]) => {
  const groups: { readonly headers: Readonly<Record<string, string>>; readonly lines: string[] }[] = []
  for (const { key, value, headers = {} } of records) {
    const line = `${key ?? ''}${separator}${value ?? ''}`
    const last = groups.at(-1)
    if (last !== undefined && JSON.stringify(last.headers) === JSON.stringify(headers)) last.lines.push(line)
    else groups.push({ headers, lines: [line] })
  }
  return groups
}
