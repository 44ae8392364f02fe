// `npm start`: a tenant and an API on this machine, and the page. When one of them ends, all do.
import { spawn } from 'node:child_process'

const programs = [
  'latchkey/dist/tenant/latchkey-tenant.js --config tenant.json',
  'latchkey/examples/api/main.js',
  'vite/bin/vite.js --port 5173 --strictPort',
]
const isTenantHere = process.env.VITE_DOMAIN?.startsWith('http://localhost')

for (const program of isTenantHere ? programs : programs.slice(1)) {
  const child = spawn(process.execPath, `node_modules/${program}`.split(' '), { stdio: 'inherit' })
  child.once('exit', code => process.exit(code ?? 1))
  process.once('exit', () => child.kill())
}
process.once('SIGTERM', () => process.exit())
