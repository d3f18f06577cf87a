/**
 * n8n's editor wants an owner. A fresh installation gets one with a password of its own, so that
 * nobody has to fill in a form; an owner who exists already is left alone.
 * @returns {Promise<{ email: string, password: string } | null>} the login, if it is ours
 */
export async function ensureEditorLogin(urls, installation) {
	const { editorUrl } = urls;
	const settings = await (await fetch(`${editorUrl}/rest/settings`)).json();
	if (settings.data?.userManagement?.showSetupOnFirstLoad !== true) {
		return (await canLogIn(editorUrl, installation.editor)) ? installation.editor : null;
	}
	const answer = await post(`${editorUrl}/rest/owner/setup`, {
		...installation.editor,
		firstName: 'Firecontrol',
		lastName: 'Operator',
	});
	return answer.ok ? installation.editor : null;
}

async function canLogIn(editorUrl, { email, password }) {
	return (await post(`${editorUrl}/rest/login`, { emailOrLdapLoginId: email, password })).ok;
}

async function post(url, body) {
	return await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
}
