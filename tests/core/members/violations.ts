/** The violations of a refused input; fails when it was accepted. */
export async function violations(
	work: Promise<unknown>,
): Promise<{ field: string; message: string }[]> {
	try {
		await work;
	} catch (error) {
		expect(error).toMatchObject({ code: 'MEMBER_INVALID' });
		return (error as { details: { violations: { field: string; message: string }[] } }).details.violations;
	}
	throw new Error('It was accepted.');
}
