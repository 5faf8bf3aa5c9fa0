import { type FileReader, NO_FACTS } from '../../model.ts';

const LOAD_BALANCING = /"aws_(?:a?lb|a?lb_target_group|a?lb_listener|ecs_task_definition|ecs_service)"/;

/** Terraform configuration in JSON is not read, which is said where it defines a load balancer or what runs behind one. */
export const JSON_CONFIGURATION_READER: FileReader = {
  reads: 'Terraform configuration in JSON (*.tf.json), which is not read',
  takes: (path) => path.endsWith('.tf.json') && !/(^|\/)\.terraform\//.test(path),
  read: ({ path, text }) => {
    const match = LOAD_BALANCING.exec(text);
    if (match === null) return null;
    const line = text.slice(0, match.index).split('\n').length;
    const why =
      'Terraform configuration in JSON is not read: check the plan instead (terraform show -json PLAN > plan.json)';
    return { ...NO_FACTS, unread: [{ place: { file: path, line }, what: 'Terraform configuration', why }] };
  },
};
