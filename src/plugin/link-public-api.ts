import * as nodeModule from 'node:module'

const PACKAGE = 'connect-standalone'

interface ResolveHooks {
  resolve(specifier: string, context: unknown, next: (specifier: string, context: unknown) => unknown): unknown
}

/** Since Node 22.15; the types that we build with are those of Node 20. */
type RegisterHooks = (hooks: ResolveHooks) => unknown

/**
 * Makes `import 'connect-standalone'` in plug-ins mean the running program, wherever they lie and whatever copy they bring:
 * their errors and values have to be of our classes.
 *
 * @param apiUrl file URL of the running program's public API
 */
export const linkPublicApi = (apiUrl: string): void => {
  const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks
  if (registerHooks !== undefined) {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === PACKAGE ? { url: apiUrl, shortCircuit: true } : next(specifier, context),
    })
    return
  }
  const hooks = `export const resolve = (specifier, context, next) =>
    specifier === ${JSON.stringify(PACKAGE)} ? { url: ${JSON.stringify(apiUrl)}, shortCircuit: true } : next(specifier, context)`
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hooks)}`)
}
