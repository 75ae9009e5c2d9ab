import type { LoopLag } from './loop-lag.ts'
import type { MetricsText } from './metrics-text.ts'

/** The process, under the names that Prometheus's client libraries share. */
export const addProcess = (text: MetricsText, lag: LoopLag | undefined): void => {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const gauge = (name: string, help: string, value: number): void => text.add(name, 'gauge', help, {}, value)
  text.add('process_cpu_seconds_total', 'counter', 'Processor time', {}, (user + system) / 1e6)
  gauge('process_resident_memory_bytes', 'Resident memory', rss)
  gauge('process_start_time_seconds', 'Start of the process, seconds since 1970', performance.timeOrigin / 1000)
  gauge('nodejs_heap_size_used_bytes', "Used part of V8's heap", heapUsed)
  gauge('nodejs_heap_size_total_bytes', "V8's heap", heapTotal)
  gauge('nodejs_external_memory_bytes', 'Memory of buffers and other things outside of the heap', external)
  gauge(
    'nodejs_eventloop_utilization',
    'Share of the time since the start that the event loop was busy',
    performance.eventLoopUtilization().utilization,
  )
  if (lag === undefined) return
  const now = performance.now()
  gauge('nodejs_eventloop_lag_seconds', 'How late timers come, on average', lag.sampled.average(now) / 1000)
  gauge('nodejs_eventloop_lag_max_seconds', 'How late a timer came at most', lag.sampled.max(now) / 1000)
}
