package dev.sandstone.scsi.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The commands that a class of tests holds the device server to, as the rows of the command table name them, or by what comes
 * before a parenthesis or comma there: {@code READ} is READ(6), (10), (12) and (16).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Commands {
    String[] value();
}
