import { shown } from './paths.mjs';

/** A signal that the demo market's BTC/USDT (60,000 ± 2 %) always lets through the risk gate. */
const example = {
	symbol: 'BTC/USDT',
	side: 'buy',
	class: 'SNIPER_OPS',
	confidence: 95,
	stop_loss: 58000,
	take_profit: [{ price: 68000 }],
};

export function welcome({ demo, login, userFolder, took }) {
	const bearer = `-H 'Authorization: Bearer ${demo.token}'`;
	const signIn = login ? `sign in as ${login.email} with ${login.password}` : 'sign in as usual';
	return `
Firecontrol is running (${took}).

  Editor   ${demo.editorUrl}
           ${signIn}
  Webhook  ${demo.signalUrl}

Send a signal (paper account, demo market):

  curl -sS ${demo.signalUrl} ${bearer} \\
    -H 'Content-Type: application/json' -d '${JSON.stringify(example)}'

Follow it, with the signal_id of the answer:

  curl -sS '${demo.statusUrl}?id=SIGNAL_ID' ${bearer}

Try next
  · in a second terminal: npm run demo   (a dozen alerts and what became of each)
  · the account is in MANUAL mode: the status shows a held ticket; fire it:
    curl -sS ${demo.fireUrl} ${bearer} \\
      -H 'Content-Type: application/json' -d '{"ticket":"TICKET_ID"}'
  · in the editor: open 01-signal-to-order and look at its executions

Data and secrets: ${shown(userFolder)} · n8n's log: n8n.log there
Ctrl-C stops everything; the next start goes on where this one ended.`;
}
