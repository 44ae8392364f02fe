/** A script bundled and minified, as text. */
declare module '*?source' {
  const source: string
  export default source
}
