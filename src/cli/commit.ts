/** Put in by the build: the commit that it was made from. */
declare const __COMMIT__: string | undefined

export const COMMIT: string = typeof __COMMIT__ === 'undefined' ? 'unknown' : __COMMIT__
