import { SECOND, type Clock } from '../model';

/** A token bucket per key, in this process. */
export interface RateLimiter {
	/** Takes `count` of the key's tokens: 0, or in how many whole seconds there will be enough. */
	take(keyName: string, count: number): number;
}

interface Bucket {
	tokens: number;
	at: number;
}

/** Buckets that hold `burst` tokens and gain `ratePerSecond`. `count` must not exceed `burst`. */
export function createRateLimiter(
	clock: Clock,
	{ ratePerSecond, burst }: { readonly ratePerSecond: number; readonly burst: number },
): RateLimiter {
	const buckets = new Map<string, Bucket>();
	return {
		take(keyName, count) {
			const now = clock.now();
			const bucket = buckets.get(keyName) ?? { tokens: burst, at: now };
			const gained = (Math.max(0, now - bucket.at) / SECOND) * ratePerSecond;
			bucket.tokens = Math.min(burst, bucket.tokens + gained);
			bucket.at = now;
			buckets.set(keyName, bucket);
			if (bucket.tokens >= count) {
				bucket.tokens -= count;
				return 0;
			}
			return Math.max(1, Math.ceil((count - bucket.tokens) / ratePerSecond));
		},
	};
}
