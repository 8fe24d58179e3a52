// The page: GraphiQL with our fetcher and two tabs to begin with.
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './page.css';
import { createFetcher } from './fetcher.js';
import first from './first.graphql';
import signIn from './sign-in.graphql';

// The page lives one folder below the API: /explorer/ and /graphql.
const url = new URL('../graphql', window.location.href);
const socketUrl = new URL(url);
socketUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

const noToken = JSON.stringify({ Authorization: '' }, null, 2);
const signInVariables = JSON.stringify({ mobile: '', password: '' }, null, 2);

createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={createFetcher(url.href, socketUrl.href)}
    defaultTabs={[
      { query: first, headers: noToken },
      { query: signIn, variables: signInVariables, headers: noToken },
    ]}
    defaultQuery={first}
    defaultHeaders={noToken}
    defaultEditorToolsVisibility="variables"
  >
    <GraphiQL.Logo>Guanjia 管家</GraphiQL.Logo>
  </GraphiQL>,
);
