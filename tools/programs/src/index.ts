export { builtProgram } from './built-program';
