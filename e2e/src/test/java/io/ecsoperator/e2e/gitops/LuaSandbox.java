package io.ecsoperator.e2e.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.DebugLib;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.TableLib;

/**
 * Runs a script like Argo CD does: with the base and table libraries only, and for a bounded time.
 * The time is counted in instructions, of which Argo CD's second has many more.
 */
final class LuaSandbox {
  private static final int MOST_INSTRUCTIONS = 10_000;

  private LuaSandbox() {}

  /**
   * Runs a script.
   *
   * @param object the global {@code obj}
   * @return what the script returns
   * @throws LuaError if the script fails, does not return a table, or runs too long
   */
  static LuaTable run(String script, JsonNode object) {
    Globals globals = new Globals();
    globals.load(new BaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    globals.load(new InstructionLimit());
    globals.set("debug", LuaValue.NIL);
    LoadState.install(globals);
    LuaC.install(globals);
    globals.set("obj", value(object));
    return globals.load(script, "script").call().checktable();
  }

  /**
   * Runs an action, and treats what it returns as Argo CD does: an empty table is an empty list,
   * and an empty list in the place of an object means that object, unchanged.
   *
   * @return the object as Argo CD writes it
   */
  static LuaTable runAction(String script, JsonNode object) {
    LuaTable result = run(script, object);
    restoreEmptied(result, value(object).checktable());
    return result;
  }

  private static void restoreEmptied(LuaTable result, LuaTable original) {
    for (LuaValue key : result.keys()) {
      if (result.get(key).istable() && original.get(key).istable()) {
        LuaTable table = result.get(key).checktable();
        if (table.keyCount() == 0) {
          result.set(key, original.get(key));
        } else {
          restoreEmptied(table, original.get(key).checktable());
        }
      }
    }
  }

  /** A JSON tree as Argo CD passes it to a script. */
  static LuaValue value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        LuaTable table = new LuaTable();
        node.properties().forEach(member -> table.set(member.getKey(), value(member.getValue())));
        yield table;
      }
      case ARRAY -> {
        LuaTable table = new LuaTable();
        for (int i = 0; i < node.size(); i++) {
          table.set(i + 1, value(node.get(i)));
        }
        yield table;
      }
      case STRING -> LuaValue.valueOf(node.textValue());
      case BOOLEAN -> LuaValue.valueOf(node.booleanValue());
      case NUMBER -> LuaValue.valueOf(node.doubleValue());
      default -> LuaValue.NIL;
    };
  }

  /** Whether two values are equal, tables member by member. */
  static boolean equal(LuaValue a, LuaValue b) {
    return a.istable() && b.istable()
        ? contains(a.checktable(), b) && contains(b.checktable(), a)
        : a.eq_b(b);
  }

  private static boolean contains(LuaTable table, LuaValue other) {
    for (LuaValue key : table.keys()) {
      if (!equal(table.get(key), other.get(key))) {
        return false;
      }
    }
    return true;
  }

  private static final class InstructionLimit extends DebugLib {
    private int instructions;

    @Override
    public void onInstruction(int position, Varargs values, int top) {
      if (++instructions > MOST_INSTRUCTIONS) {
        throw new LuaError("more than " + MOST_INSTRUCTIONS + " instructions");
      }
    }
  }
}
