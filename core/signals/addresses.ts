import ipaddr from 'ipaddr.js';
import { headerOf } from './headers';
import type { IntakeRequest, SignalKey } from './signal';

type Address = ReturnType<typeof ipaddr.process>;

/** Reads an address, with or without port, brackets or zone; null: it is none. */
function readAddress(text: string): Address | null {
	const bare = text
		.trim()
		.replace(/^\[(.+)\](:\d+)?$/, '$1')
		.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
		.replace(/%.*$/, '');
	return ipaddr.isValid(bare) ? ipaddr.process(bare) : null;
}

/**
 * Where a call came from: the socket's other end, or behind `hops` proxies of our own the entry of
 * X-Forwarded-For that the outermost of them wrote. Entries left of it are the caller's claim and
 * never count; with fewer entries than proxies nobody knows, and the answer is null.
 */
export function clientAddress(request: IntakeRequest, hops: number): Address | null {
	if (hops <= 0) return readAddress(request.remoteAddress);
	const entries = headerOf(request, 'x-forwarded-for').join(',').split(',');
	const entry = entries[entries.length - hops];
	return entry === undefined ? null : readAddress(entry);
}

function contains(cidr: string, address: Address): boolean {
	const [base = '', bits] = cidr.trim().split('/');
	const network = readAddress(base);
	if (network === null || network.kind() !== address.kind()) return false;
	const full = network.kind() === 'ipv4' ? 32 : 128;
	const prefix = bits === undefined ? full : Number(bits);
	if (!Number.isInteger(prefix) || prefix < 0 || prefix > full || bits === '') return false;
	return address.match(network, prefix);
}

/** Whether the key may be used from where the call came from. A list that nobody can read denies. */
export function isAddressAllowed(request: IntakeRequest, key: SignalKey): boolean {
	if (key.cidrs.length === 0) return true;
	const address = clientAddress(request, key.trustedProxyHops);
	return address !== null && key.cidrs.some((cidr) => contains(cidr, address));
}
