/** One connector that does wrong: how it is told to, and what is to be seen of it. */
export interface Misbehaviour {
  /** What it does: the name of the test. */
  readonly does: string
  readonly kind: 'source' | 'sink'
  readonly where: string
  readonly how: string
  /** Settings beside these. */
  readonly more?: Readonly<Record<string, string>>
  /**
   * What becomes of it: its create request is refused, or never answered, the connector is FAILED, or its task is; `runs`:
   * both are RUNNING; `opening`: its task is never there.
   */
  readonly becomes: 'refused' | 'unanswered' | 'connector FAILED' | 'task FAILED' | 'runs' | 'opening'
  /** Words of the trace, or of the answer that refuses it. */
  readonly trace?: RegExp
  /** What the log says of it. */
  readonly log?: string
}

type Row = readonly [
  does: string,
  where: string,
  how: string,
  becomes: Misbehaviour['becomes'],
  words?: RegExp | string,
  more?: Readonly<Record<string, string>>,
]

const rows = (kind: Misbehaviour['kind'], table: readonly Row[]): readonly Misbehaviour[] =>
  table.map(([does, where, how, becomes, words, more = {}]) => ({
    ...{ does, kind, where, how, becomes, more },
    ...(words instanceof RegExp ? { trace: words } : {}),
    ...(typeof words === 'string' ? { log: words } : {}),
  }))

const JSON_VALUES = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter' }
const TOLD = /told to fail/
const UNSHOWN = /cannot be shown|a trap/

/** Of sources. Many rows, one process: what one does must not be seen in another. */
export const badSources = rows('source', [
  ['throws in validate', 'validate', 'error', 'refused', TOLD],
  ['throws a text in validate', 'validate', 'text', 'refused', TOLD],
  ['validates to a number', 'validate', 'number', 'refused', /validate/],
  ['throws in start', 'start', 'error', 'connector FAILED', TOLD],
  ['throws nothing at all in start', 'start', 'nothing', 'connector FAILED', /undefined/],
  ['throws an unreadable error in start', 'start', 'trap', 'connector FAILED', UNSHOWN],
  ['throws in tasks', 'tasks', 'error', 'connector FAILED', TOLD],
  ['has a number of tasks, not a list', 'tasks', 'number', 'connector FAILED', /tasks.* list/],
  ['has texts as task configs', 'tasks', 'texts', 'connector FAILED', /tasks.* config/],
  ['has null as a task config', 'tasks', 'null', 'connector FAILED', /tasks.* config/],
  ['has a task config that goes in a circle', 'tasks', 'ring', 'connector FAILED', /tasks.* config/],
  ['makes too many tasks', 'tasks', 'many', 'connector FAILED', /generated 100 tasks/],
  ['raises a text as an error', 'raise', 'text', 'connector FAILED', TOLD],
  ['raises an unreadable error', 'raise', 'trap', 'connector FAILED', UNSHOWN],
  ['asks for new tasks all the time', 'reconfigure', '', 'runs'],
  ['throws in its stop', 'connector.stop', 'error', 'runs'],
  ['never finishes its stop', 'connector.stop', 'never', 'runs'],
  ['never finishes its start', 'start', 'never', 'unanswered'],
  ['never tells its tasks', 'tasks', 'never', 'unanswered'],
  ['throws when its task is opened', 'openTask', 'error', 'task FAILED', TOLD],
  ['opens a number as its task', 'openTask', 'number', 'task FAILED', /openTask.*poll/],
  ['opens a task without poll', 'openTask', 'no.poll', 'task FAILED', /openTask.*poll/],
  ['never opens its task', 'openTask', 'never', 'opening'],
  ['throws in poll', 'poll', 'error', 'task FAILED', TOLD],
  ['throws a text', 'poll', 'text', 'task FAILED', TOLD],
  ['throws nothing at all', 'poll', 'nothing', 'task FAILED', /undefined/],
  ['throws an object without a prototype', 'poll', 'frozen', 'task FAILED', /not an error/],
  ['throws an error that cannot be read', 'poll', 'trap', 'task FAILED', UNSHOWN],
  ['throws a proxy that throws at every touch', 'poll', 'proxy', 'task FAILED', UNSHOWN],
  ['throws an error that is its own cause', 'poll', 'circle', 'task FAILED', TOLD],
  ['has a poll that throws when it is looked at', 'getter', '', 'task FAILED', /a trap/],
  ['polls a number', 'poll', 'number', 'task FAILED', /poll.* list/],
  ['polls a text', 'poll', 'a.text', 'task FAILED', /poll.* list/],
  ['polls an object that looks like a list', 'poll', 'object', 'task FAILED', /poll.* list/],
  ['polls null in a list', 'poll', 'null', 'task FAILED', /poll.* record/],
  ['polls texts', 'poll', 'texts', 'task FAILED', /poll.* record/],
  ['polls an empty object', 'poll', 'empty', 'task FAILED', /poll.* record/],
  ['polls a list that throws when it is read', 'poll', 'trap.list', 'task FAILED', /a trap/],
  ['polls a record without a topic', 'poll', 'no.topic', 'task FAILED', /topic/],
  ['polls a record with a number as topic', 'poll', 'number.topic', 'task FAILED', /topic/],
  ['polls a record for a topic that cannot be', 'poll', 'bad.topic', 'task FAILED', /topic/i],
  ['polls a record for partition "first"', 'poll', 'text.partition', 'task FAILED', /partition/],
  ['polls a record for partition 0.5', 'poll', 'half.partition', 'task FAILED', /partition/],
  ['polls a record of the time "today"', 'poll', 'text.timestamp', 'task FAILED', /timestamp/],
  ['polls a record without headers', 'poll', 'null.headers', 'task FAILED', /poll.* headers/],
  ['polls a record of 3 MB', 'poll', 'huge', 'task FAILED', /3000\d\d\d bytes/],
  ['polls a value that its schema forbids', 'poll', 'schema', 'task FAILED', /Tolerance exceeded/, JSON_VALUES],
  ['polls a number as schema', 'poll', 'no.schema', 'task FAILED', /schema/i, JSON_VALUES],
  ['polls a value that goes in a circle', 'poll', 'circle.value', 'task FAILED', /circ|too deep|stack/i, JSON_VALUES],
  ['polls a source partition that goes in a circle', 'poll', 'circle.partition', 'task FAILED', /circular/],
  ['polls an offset that goes in a circle', 'poll', 'circle.offset', 'runs', 'Flush of offsets threw'],
  ['polls a function as offset', 'poll', 'function.offset', 'task FAILED', /sourceOffset/],
  ['never finishes a poll', 'poll', 'never', 'runs'],
  ['answers a poll with what never becomes anything', 'poll', 'thenable', 'runs'],
  ['answers one poll twice, and throws after it', 'twice', '', 'runs'],
  ['polls nothing without ever waiting', 'busy', '', 'runs'],
  ['polls nothing in promises without end', 'microtasks', '', 'runs'],
  ['throws in commit', 'commit', 'error', 'runs', 'task.commit()'],
  ['throws an unreadable error in commit', 'commit', 'trap', 'runs'],
  ['never finishes a commit', 'commit', 'never', 'runs'],
  ['throws in commitRecord', 'commitRecord', 'error', 'runs', 'task.commitRecord()'],
  ['throws an unreadable error in commitRecord', 'commitRecord', 'trap', 'runs', 'task.commitRecord()'],
  ['throws when its task stops', 'stop', 'error', 'runs'],
  ['never finishes the stop of its task', 'stop', 'never', 'runs'],
  ['goes on after its stop', 'after.stop', '', 'runs'],
  ['leaves rejected promises behind', 'rejects', 'error', 'runs', 'nobody handled it'],
  ['leaves rejections behind that cannot be read', 'rejects', 'proxy', 'runs'],
  ['throws in a timer', 'timer', 'error', 'runs', 'nobody could catch it'],
  ['throws nothing at all in a timer', 'timer', 'nothing', 'runs'],
  ['throws an unreadable error between two turns', 'tick', 'trap', 'runs'],
  ['changes records after it handed them over', 'mutates', '', 'runs'],
  ['floods the log', 'floods.log', '', 'runs'],
])

export const badSinks = rows('sink', [
  ['throws when its task is opened', 'openTask', 'error', 'task FAILED', TOLD],
  ['throws in open', 'open', 'error', 'task FAILED', TOLD],
  ['throws in put', 'put', 'error', 'task FAILED', TOLD],
  ['throws nothing at all in put', 'put', 'nothing', 'task FAILED', /undefined/],
  ['throws an error that cannot be read in put', 'put', 'trap', 'task FAILED', UNSHOWN],
  ['never finishes a put', 'put', 'never', 'runs'],
  ['throws in flush', 'flush', 'error', 'runs', 'rewinding to last committed offsets'],
  ['throws an unreadable error in flush', 'flush', 'proxy', 'runs', 'rewinding to last committed offsets'],
  ['never finishes a flush', 'flush', 'never', 'runs'],
  ['throws in preCommit', 'preCommit', 'error', 'runs', 'rewinding to last committed offsets'],
  ['commits a number', 'preCommit', 'number', 'runs', 'rewinding to last committed offsets'],
  ['commits null', 'preCommit', 'null', 'runs', 'rewinding to last committed offsets'],
  ['commits offsets of partitions of others', 'preCommit', 'foreign', 'runs', 'elsewhere-0'],
  ['commits offsets that are not there yet', 'preCommit', 'far', 'runs'],
  ['commits a text as offset', 'preCommit', 'text', 'runs', 'rewinding to last committed offsets'],
  ['throws in close', 'close', 'error', 'runs'],
  ['never finishes close', 'close', 'never', 'runs'],
  ['throws in stop', 'stop', 'error', 'runs'],
  ['never finishes its stop', 'stop', 'never', 'runs'],
  ['changes and empties the list of records', 'mutates', '', 'runs'],
  ['seeks a text', 'seek', 'text', 'task FAILED', /seek/],
  ['seeks before the beginning', 'seek', 'number', 'task FAILED', /seek/],
  ['pauses partitions of others', 'pause', '', 'task FAILED', /may not pause/],
  ['asks for a wait of "long"', 'timeout', 'text', 'runs'],
  ['reports null as a bad record', 'report', 'null', 'runs', 'nobody handled it', { 'errors.log.enable': 'true' }],
  [
    'reports an empty object as a bad record',
    'report',
    '',
    'runs',
    'nobody handled it',
    { 'errors.log.enable': 'true' },
  ],
])
