/**
 * What the command line prints: tables, JSON, YAML; secrets to terminals and private files only.
 */
@NullMarked
package dev.weft.cli.output;

import org.jspecify.annotations.NullMarked;
