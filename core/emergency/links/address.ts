/** Path of the page under the webhook base. Part of the HTTP contract. */
const STOP_PATH = 'firecontrol/stop';

/** Address of a stop link's page. `base`: where webhooks are reached, such as `https://…/webhook`. */
export function stopPageUrl(base: string, token: string): string {
	return `${base.replace(/\/+$/, '')}/${STOP_PATH}?link=${encodeURIComponent(token)}`;
}
