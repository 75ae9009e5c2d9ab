/** The thread of one task under `task.isolation=thread`: finds the plug-ins anew, and serves the program. */
import { extname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { pluginCatalog } from '../plugin/find-plugins.ts'
import { linkPublicApi } from '../plugin/link-public-api.ts'
import { scanPluginPath } from '../plugin/scan-plugin-path.ts'
import { runInThread } from '../runtime/isolation/run-in-thread.ts'
import type { ThreadTaskData } from '../runtime/isolation/thread-task.ts'
import { builtins } from './builtins.ts'

const data = workerData as ThreadTaskData
linkPublicApi(new URL(`../plugin/public-api${extname(import.meta.url)}`, import.meta.url).href)
const folders = (data.worker['plugin.path'] ?? '').split(',').map((folder) => folder.trim())
const { rows } = await scanPluginPath(folders.filter((folder) => folder !== ''))
runInThread(parentPort!, data, pluginCatalog([...builtins, ...rows]))
