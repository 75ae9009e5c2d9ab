export const PREDICATES_PACKAGE = 'org.apache.kafka.connect.transforms.predicates'
