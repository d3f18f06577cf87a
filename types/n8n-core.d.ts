/** What the tests use of n8n's engine; it comes with the pinned host, not with our dependencies. */
declare module 'n8n-core' {
	import type {
		INode,
		IRun,
		IRunExecutionData,
		ITriggerFunctions,
		IWebhookData,
		IWebhookFunctions,
		IWorkflowBase,
		IWorkflowExecuteAdditionalData,
		SchedulingFunctions,
		Workflow,
		WorkflowActivateMode,
		WorkflowExecuteMode,
	} from 'n8n-workflow';

	export class ExecutionLifecycleHooks {
		constructor(mode: WorkflowExecuteMode, executionId: string, workflowData: IWorkflowBase);
		addHandler(hook: 'workflowExecuteAfter', handler: (run: IRun) => void): void;
	}

	export class WorkflowExecute {
		constructor(
			additionalData: IWorkflowExecuteAdditionalData,
			mode: WorkflowExecuteMode,
			runExecutionData: IRunExecutionData,
		);
		processRunExecutionData(workflow: Workflow): Promise<IRun>;
	}

	export const TriggerContext: new (
		workflow: Workflow,
		node: INode,
		additionalData: IWorkflowExecuteAdditionalData,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
		emit: ITriggerFunctions['emit'],
		emitError: ITriggerFunctions['emitError'],
		saveFailedExecution: ITriggerFunctions['saveFailedExecution'],
		scheduling: SchedulingFunctions,
	) => ITriggerFunctions;

	export const WebhookContext: new (
		workflow: Workflow,
		node: INode,
		additionalData: IWorkflowExecuteAdditionalData,
		mode: WorkflowExecuteMode,
		webhookData: IWebhookData,
		closeFunctions: readonly (() => Promise<void>)[],
		runExecutionData: null,
	) => IWebhookFunctions;
}
