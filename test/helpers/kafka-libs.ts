import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasProgram, runProgram } from './processes.ts'
import { cacheDir } from './services-dir.ts'

/** The Apache Kafka that the tests run against. */
export const KAFKA_VERSION = '4.3.1'

const KAFKA_ARTIFACTS = [
  'kafka_2.13',
  'kafka-tools',
  'connect-runtime',
  'connect-file',
  'connect-json',
  'connect-transforms',
]
/** Its logger, as Kafka's own distribution has it: the worker's `/admin/loggers` works with this one only. */
const LOG_BINDING = { groupId: 'org.apache.logging.log4j', artifactId: 'log4j-slf4j-impl', version: '2.25.4' }

const libsDir = (): string => join(cacheDir(), `kafka-${KAFKA_VERSION}`, 'libs')

/** Why Apache Kafka cannot run here, or undefined: it can (which may take a download of 55 MB first). */
export const whyNoKafka = async (): Promise<string | undefined> => {
  if (!(await hasProgram('java', '-version'))) return 'there is no java (17 or later) on PATH'
  if (existsSync(libsDir())) return undefined
  if (await hasProgram('mvn')) return undefined
  return `${libsDir()} is missing and there is no mvn on PATH to fetch Apache Kafka with`
}

/** The class path of Apache Kafka, its tools and its Connect worker; fetched with Maven when it is not there yet. */
export const kafkaClassPath = async (): Promise<string> => {
  const libs = libsDir()
  if (!existsSync(libs)) {
    const problem = await whyNoKafka()
    if (problem !== undefined) throw new Error(`Apache Kafka ${KAFKA_VERSION} cannot be run: ${problem}`)
    await fetchLibs(libs)
  }
  return `${libs}/*`
}

const fetchLibs = async (libs: string): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'kafka-libs-'))
  try {
    writeFileSync(join(work, 'pom.xml'), pom())
    const fetched = join(work, 'libs')
    const { code, stdout, stderr } = await runProgram(
      'mvn',
      [
        '-q',
        '-B',
        '-ntp',
        '-f',
        join(work, 'pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${fetched}`,
        '-DincludeScope=runtime',
      ],
      { timeoutMs: 480_000 },
    )
    if (code !== 0) throw new Error(`mvn could not fetch Apache Kafka ${KAFKA_VERSION} (${code}):\n${stdout}${stderr}`)
    if (!readdirSync(fetched).includes(`kafka_2.13-${KAFKA_VERSION}.jar`)) {
      throw new Error(`mvn fetched no kafka_2.13-${KAFKA_VERSION}.jar into ${fetched}`)
    }
    moveInto(fetched, libs)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** All or nothing: the folder appears when it is complete. Whoever comes second finds the one of the first. */
const moveInto = (from: string, to: string): void => {
  const beside = `${to}.${process.pid}`
  mkdirSync(beside, { recursive: true })
  cpSync(from, beside, { recursive: true })
  try {
    renameSync(beside, to)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
}

const pom = (): string => {
  const dependency = ({ groupId, artifactId, version }: typeof LOG_BINDING): string =>
    `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`
  const kafka = KAFKA_ARTIFACTS.map((artifactId) =>
    dependency({ groupId: 'org.apache.kafka', artifactId, version: KAFKA_VERSION }),
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies>${kafka.join('')}${dependency(LOG_BINDING)}</dependencies></project>
`
}
