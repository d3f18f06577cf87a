/** The two calls of the contract that the demo makes: submit an alert, follow a signal. */

export async function submit(demo, alert) {
	const response = await fetch(demo.signalUrl, {
		method: 'POST',
		headers: { authorization: `Bearer ${demo.token}`, 'content-type': alert.contentType },
		body: alert.body,
	});
	return { status: response.status, answer: await response.json() };
}

export async function follow(demo, signalId) {
	const url = new URL(demo.statusUrl);
	url.searchParams.set('id', signalId);
	const response = await fetch(url, { headers: { authorization: `Bearer ${demo.token}` } });
	if (!response.ok) throw new Error(`The status call answered ${response.status}: ${await response.text()}`);
	return response.json();
}
