// Writes dist/: index.html, explorer.js, explorer.css. Fonts and images go into the style sheet,
// so that these three files are all the page ever loads.
import { copyFile, mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

await mkdir('dist', { recursive: true });
await build({
  entryPoints: { explorer: 'src/explorer.jsx' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome109', 'firefox115', 'safari16'],
  jsx: 'automatic',
  loader: { '.graphql': 'text' },
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'eof', // the licences ask for it
  logLevel: 'warning',
});
await copyFile('src/index.html', 'dist/index.html');
