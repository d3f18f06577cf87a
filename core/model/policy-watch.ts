import { z } from 'zod';

const seconds = z.number().int().positive();
const minutes = z.number().int().positive();
const percent = z.number().positive().max(100);

/** The watch over open risk: what stops trading by itself, and how long its curve is kept. */
export const watchSchema = z.strictObject({
	/** Fall of the equity from its peak, percent of the peak, that closes everything. */
	drawdownPercent: percent.max(50).default(15),
	/** A fall of the equity must be seen for so long before it stops anything: one odd price does not. */
	confirmSeconds: z.number().int().min(0).max(30).default(2),
	/** A level or warning ends only so many percent points below where it began, so that it does not flap. */
	hysteresisPercent: z.number().min(0).max(20).default(5),
	/** The same level of an account is told again no sooner than this; so is a warning that came back. */
	levelAgainMinutes: minutes.default(5),
	warnAgainMinutes: minutes.default(60),
	/** Between two prices of a symbol within so many minutes, percent of the lower one. */
	volatilityPercent: percent.default(5),
	volatilityMinutes: minutes.max(60).default(5),
	volatilityPauseMinutes: minutes.default(45),
	/** A symbol that was judged stays in view for so long. */
	symbolMinutes: minutes.default(30),
	/** Without a sign of life for so long the engine counts as dead: what it guarded was not guarded. */
	engineDeadSeconds: seconds.default(60),
	/** Accounts with nothing open are looked at this often. */
	idleSeconds: seconds.max(300).default(30),
	/** The curve of an account's equity: width of a sample and how long it is kept; the last for ever. */
	curve: z
		.strictObject({
			fineSeconds: seconds.default(5), fineHours: seconds.default(1),
			minuteHours: seconds.default(24),
			hourDays: seconds.default(90),
		})
		.prefault({}),
});

/** The numbers of the watch. */
export type WatchPolicy = z.infer<typeof watchSchema>;

/** Numbers of the standard policy. */
export const STANDARD_WATCH = watchSchema.parse({});
