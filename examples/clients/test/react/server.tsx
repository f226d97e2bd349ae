import { renderToString } from 'react-dom/server';
import { App } from './app.tsx';

// Prints the HTML of the page for the configuration on the command line.
const config = JSON.parse(process.argv[2] ?? '{}');
process.stdout.write(renderToString(<App {...config} onRender={() => {}} />));
