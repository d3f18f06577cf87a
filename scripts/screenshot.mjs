/**
 * `node scripts/screenshot.mjs [template] [file.png]`: the canvas of a template in the running local
 * n8n, as an operator sees it in a browser. Needs Debian's chromium.
 */
import { chromium } from 'playwright-core';
import { readJson } from './lib/files.mjs';
import { ensureInstallation, fixedId } from './lib/installation.mjs';
import { demoFile } from './lib/local-run.mjs';
import { defaultUserFolder } from './lib/paths.mjs';

const [template = '01-signal-to-order', file = `workflows/${template}.png`] = process.argv.slice(2);
const userFolder = defaultUserFolder();
const { editorUrl } = readJson(demoFile(userFolder));
const installation = ensureInstallation(userFolder);
const { email, password } = installation.editor;

const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run', '--disable-sync'],
});
try {
	const page = await browser.newPage({ viewport: { width: 1500, height: 900 }, deviceScaleFactor: 1 });
	const login = await page.request.post(`${editorUrl}/rest/login`, { data: { emailOrLdapLoginId: email, password } });
	if (!login.ok()) throw new Error(`The editor's login answered ${login.status()}.`);
	await page.goto(`${editorUrl}/workflow/${fixedId(installation, template)}`);
	await page.locator('[data-test-id="canvas-node"]').first().waitFor({ timeout: 60_000 });
	await page.keyboard.press('Escape');
	await page.keyboard.press('1');
	await page.waitForTimeout(2500);
	await page.screenshot({ path: file });
	process.stdout.write(`${file}\n`);
} finally {
	await browser.close();
}
