import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testFirecontrolDatabase } from '../shared/credentialTest';
import { openCore } from '../shared/openCore';
import { runItems } from '../shared/runItems';
import { searchSources, searchWindows } from './listSearch';
import { newsCalendarProperties } from './NewsCalendar.description';
import { readParams } from './NewsCalendar.params';
import { run } from './operations/run';

/** Keeps the calendar of events around which the gate lets no new entry pass. */
export class NewsCalendar implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol News Calendar',
		name: 'newsCalendar',
		icon: { light: 'file:../icons/news-calendar.svg', dark: 'file:../icons/news-calendar.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ addWindow: "add window", isLocked: "is locked", list: "list", listSources: "list sources", refresh: "refresh: " + ({ forexFactory: "weekly JSON", ics: "ICS feed", items: "items" })[$parameter.source], removeSource: "remove source", removeWindow: "remove window" })[$parameter.operation] }}',
		description: 'Keeps the calendar of events around which no new entry passes the risk gate',
		defaults: { name: 'News Calendar' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		hints: [
			{
				message: 'All incoming items together are the calendar. One bad row and nothing is stored.',
				type: 'info',
				location: 'inputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["operation"] === "refresh" && $parameter["source"] === "items" }}',
			},
			{
				message: 'Refresh at least once a day: 24 hours after its last good answer the gate blocks new entries.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["operation"] === "refresh" }}',
			},
		],
		properties: [...newsCalendarProperties],
	};

	methods = {
		credentialTest: { testFirecontrolDatabase },
		listSearch: { searchSources, searchWindows },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		return runItems(this, { outputs: 1, errorOutput: 0 }, async (itemIndex) =>
			run(core, readParams(this, itemIndex)),
		);
	}
}
