#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""API that GTK 4.18 or libadwaita 1.7 deprecate, or do not have yet, by type name.  The compiler sees calls only: not a
class in a .ui file, not GTK_TYPE_TREE_VIEW, not a pointer of a deprecated type."""

import re

from stylelib import c_files, code_lines, files, finish, lines, report

# Name (a trailing * takes every name that starts so): what to use instead.
INSTEAD = {
    "AdwAboutWindow": "AdwAboutDialog",
    "AdwFlap": "AdwOverlaySplitView",
    "AdwLeaflet": "AdwNavigationSplitView",
    "AdwMessageDialog": "AdwAlertDialog",
    "AdwPreferencesWindow": "AdwPreferencesDialog",
    "AdwSqueezer": "AdwBreakpoint",
    "AdwViewSwitcherTitle": "AdwViewSwitcher and AdwViewSwitcherBar",
    "GtkAppChooser*": "GtkFileLauncher or GtkUriLauncher",
    "GtkAssistant*": "AdwNavigationView",
    "GtkCellArea*": "GtkColumnView",
    "GtkCellEditable": "GtkColumnView",
    "GtkCellLayout": "GtkColumnView",
    "GtkCellRenderer*": "GtkColumnView",
    "GtkCellView": "GtkColumnView",
    "GtkColorButton": "GtkColorDialogButton",
    "GtkColorChooser*": "GtkColorDialog",
    "GtkComboBox*": "GtkDropDown or AdwComboRow",
    "GtkDialog": "AdwDialog",
    "GtkDialogFlags": "AdwDialog",
    "GtkEntryCompletion": "a GtkPopover with a filtered GtkListView",
    "GtkFileChooser*": "GtkFileDialog",
    "GtkFontButton": "GtkFontDialogButton",
    "GtkFontChooser*": "GtkFontDialog",
    "GtkIconView": "GtkGridView",
    "GtkInfoBar": "AdwBanner or AdwToast",
    "GtkListStore": "GListStore",
    "GtkLockButton": "a GtkButton",
    "GtkMessageDialog": "AdwAlertDialog",
    "GtkResponseType": "the string responses of AdwAlertDialog",
    "GtkShortcutLabel": "a label of our own",
    "GtkShortcutsGroup": "an AdwDialog of our own",
    "GtkShortcutsSection": "an AdwDialog of our own",
    "GtkShortcutsShortcut": "an AdwDialog of our own",
    "GtkShortcutsWindow": "an AdwDialog of our own",
    "GtkStatusbar": "a label or AdwToast",
    "GtkStyleContext": "gtk_widget_add_css_class() and gtk_widget_get_color()",
    "GtkTreeDragDest": "GtkDropTarget",
    "GtkTreeDragSource": "GtkDragSource",
    "GtkTreeIter": "GListModel",
    "GtkTreeModel*": "GListModel",
    "GtkTreePath": "GListModel",
    "GtkTreeSelection": "GtkSelectionModel",
    "GtkTreeSortable": "GtkSortListModel",
    "GtkTreeStore": "GtkTreeListModel",
    "GtkTreeView*": "GtkColumnView",
    "GtkVolumeButton": "a GtkScale",
    # Newer than the baseline: a .ui file that names one loads on newer systems only.
    "AdwCssClassBinding": "(since 1.10)",
    "AdwNoneAnimationTarget": "(since 1.9)",
    "AdwShortcutsDialog": "an AdwDialog of our own (since 1.8)",
    "AdwShortcutsItem": "an AdwDialog of our own (since 1.8)",
    "AdwShortcutsSection": "an AdwDialog of our own (since 1.8)",
    "AdwSidebar*": "GtkListBox (since 1.9)",
    "AdwViewSwitcherSidebar": "GtkListBox (since 1.9)",
    "GtkEnumList": "AdwEnumListModel (since 4.20)",
    "GtkPopoverBin": "(since 4.22)",
    "GtkSvg": "(since 4.22)",
    "GtkTryExpression": "(since 4.22)",
}
# Names that start like a deprecated one and are not.
FINE = {"GtkTreeListModel", "GtkTreeListRow", "GtkTreeListRowSorter", "GtkTreeExpander"}
FUNCTIONS = {
    "gtk_widget_show": "gtk_widget_set_visible()",
    "gtk_widget_hide": "gtk_widget_set_visible()",
    "gtk_widget_get_style_context": "gtk_widget_add_css_class()",
    "gtk_show_uri": "GtkUriLauncher",
}


def pattern_of(name):
    return re.escape(name.rstrip("*")) + (r"\w*" if name.endswith("*") else "")


def macro(name):
    """GtkTreeView -> GTK_TYPE_TREE_VIEW and GTK_TREE_VIEW."""
    words = re.findall(r"[A-Z][a-z]*", name)
    return [words[0].upper() + "_TYPE_" + "_".join(words[1:]).upper(), words[0].upper() + "_" + "_".join(words[1:]).upper()]


TYPES = re.compile(r"\b(?:" + "|".join(pattern_of(name) for name in INSTEAD) + r")\b")
MACROS = {m: name.rstrip("*") for name in INSTEAD for m in macro(name.rstrip("*"))}
WORD = re.compile(r"\b\w+\b")


def advice(word):
    if word in FINE:
        return None
    for name, instead in INSTEAD.items():
        if word == name or (name.endswith("*") and word.startswith(name[:-1])):
            return instead
    return None


def check(path, text):
    for number, line in enumerate(text, 1):
        for word in TYPES.findall(line):
            if advice(word):
                report(path, number, f"{word} is outside the baseline; use {advice(word)}")
        if path.suffix == ".ui":
            continue
        for word in WORD.findall(line):
            if word in MACROS:
                report(path, number, f"{word} is outside the baseline; use {INSTEAD.get(MACROS[word]) or advice(MACROS[word])}")
            elif word in FUNCTIONS:
                report(path, number, f"{word}() is deprecated; use {FUNCTIONS[word]}")


for path in c_files():
    check(path, code_lines(path))
for path in files(".ui", under=("data",)):
    check(path, lines(path))

finish()
