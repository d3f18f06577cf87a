export { rolledTo, type CashBooking } from './account';
export type { AccountKeys, KeyRights, VenueKeys } from './account-keys';
export {
	deleteAccountKeys,
	findAccountKeys,
	keyOwner,
	openAccountKeys,
	resealAccountKeys,
	sealAccountKeys,
	type KeysToSeal,
} from './account-keys.repository';
export {
	accountsByIds,
	bookCash,
	bookTransfer,
	confirmEquity,
	findAccount,
	insertAccount,
	lockAccount,
	memberAccounts,
	restartPeak,
	rollRiskDay,
	saveAccount,
	takeEntrySlot,
	updateEquity,
	type EntryPace,
} from './accounts.repository';
export { newAccount, type AccountPorts, type NewAccount } from './accounts.service';
export { drillHandle, isDrillHandle } from './drill';
export {
	hourOfDay, isClockTime, isZone, memberDay, nextClockTime, nextRiskDayAt, riskDay, riskDayStart, timeInZone,
	utcDay,
} from './days';
export {
	readVenueAccount,
	type AccountInput,
	type GrantInput,
	type MemberInput,
	type PaperAccountInput,
	type SubscriptionInput,
	type VenueAccountInput,
} from './input';
export { createLiveSwitch, LIVE_PHRASE, type LiveSwitch } from './live-switch.service';
export {
	MEMBER_CHANNELS,
	type Account,
	type Entitlement,
	type Member,
	type MemberChannels,
	type MemberView,
	type PushSubscription,
} from './member';
export type { Violation } from './members.errors';
export { listEligible, tiersAt, type EligibleAccount, type EligibleQuery } from './members.queries';
export {
	currentTier,
	findMember,
	findMemberByHandle,
	lockMember,
	normalHandle,
	saveFireMode,
	updateMember,
} from './members.repository';
export { createMembers, type Members } from './members.service';
export { retireMember, type RetirePorts } from './retire';
export { openSealed, sealJson } from './seal';
export { readSignedLink, signLink, type SignedLink } from './signed-link';
export { disableSubscription, livingSubscriptions } from './subscriptions.repository';
export type { VenueRecord, VenueSide } from './venue';
export { findVenue, saveVenue } from './venues.repository';
