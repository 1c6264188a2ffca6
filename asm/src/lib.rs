//! Assembler, disassembler, content writer and reference evaluator.
