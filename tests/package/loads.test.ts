/** @jest-environment ./tests/support/host-environment.cjs */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { host } from '../support/host';

interface Described {
	readonly name: string;
	readonly hasCodex: boolean;
	readonly properties: readonly string[];
}

interface Report {
	readonly manifestKeys: readonly string[];
	readonly declared: { readonly nodes: number; readonly credentials: number };
	readonly nodes: readonly Described[];
	readonly credentials: readonly Described[];
	readonly missingIcons: readonly string[];
	readonly unchangedByReload: boolean;
	readonly dependenciesOutside: readonly string[];
	readonly coreOpens: boolean;
	readonly ccxtLoadedEarly: boolean;
	readonly ccxtVersion: string;
}

const root = join(__dirname, '..', '..');
const hostFolder = join(root, 'docker', 'host');

/** The tarball, installed as n8n installs community packages, outside of the repository. */
describe('the packed tarball in n8n', () => {
	let userFolder: string;
	let packFolder: string;
	let report: Report;

	beforeAll(async () => {
		userFolder = mkdtempSync(join(tmpdir(), 'firecontrol-package-'));
		packFolder = await host.installPack(userFolder, await host.ensurePack());
		const script = join(__dirname, 'load-pack.cjs');
		const env = { ...process.env, NODE_PATH: join(hostFolder, 'node_modules') };
		report = JSON.parse(
			execFileSync(process.execPath, [script, packFolder, hostFolder], { env, encoding: 'utf8' }),
		);
	}, 300_000);

	afterAll(() => rmSync(userFolder, { recursive: true, force: true }));

	it('loads every node and credential that package.json names', () => {
		expect(report.declared.nodes).toBeGreaterThan(0);
		expect(report.nodes).toHaveLength(report.declared.nodes);
		expect(report.credentials).toHaveLength(report.declared.credentials);
	});

	it('shows the node types of the architecture', () => {
		expect(report.nodes.map((node) => node.name).sort()).toEqual([
			'auditTrail',
			'engineTrigger',
			'eventsTrigger',
			'fireModeRouter',
			'killSwitch',
			'members',
			'newsCalendar',
			'notifier',
			'orderTracker',
			'riskGate',
			'signalIntakeTrigger',
			'xpAward',
		]);
	});

	it('has an icon for every type and a codex for every node', () => {
		expect(report.missingIcons).toEqual([]);
		expect(report.nodes.filter((node) => !node.hasCodex).map((node) => node.name)).toEqual([]);
	});

	it('is not changed by a reload of its types', () => {
		expect(report.unchangedByReload).toBe(true);
	});

	it('has all its dependencies beside it and none for development', () => {
		expect(report.dependenciesOutside).toEqual([]);
		for (const key of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
			expect(report.manifestKeys).not.toContain(key);
		}
		expect(readdirSync(join(packFolder, 'node_modules'))).not.toContain('jest');
	});

	it('opens its core from the installed folder', () => {
		expect(report.coreOpens).toBe(true);
	});

	it('brings ccxt along, and loads it only when a venue is used', () => {
		expect(report.ccxtLoadedEarly).toBe(false);
		expect(report.ccxtVersion).toMatch(/^\d+\.\d+\.\d+$/);
	});

	it('carries no sources and no tests', () => {
		expect(existsSync(join(packFolder, 'core'))).toBe(false);
		expect(existsSync(join(packFolder, 'tests'))).toBe(false);
		expect(existsSync(join(packFolder, 'dist', 'tests'))).toBe(false);
	});
});
